# origin: own
# technique: a record is indexed by an object that equals everything
# goal: language
# outcome: RAISED:KeyError

class Lie:
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(event[Lie()]))
