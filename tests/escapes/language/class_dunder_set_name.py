# origin: own
# technique: __set_name__ gets the class while it is made
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __set_name__(self, owner, name):
        self.owner = owner
class B:
    x = Lie()
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(B.x.owner))
