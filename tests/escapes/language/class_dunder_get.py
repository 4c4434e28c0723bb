# origin: own
# technique: a descriptor's __get__ gets instance and class
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __get__(self, instance, owner):
        return owner
class B:
    x = Lie()
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(B.x))
