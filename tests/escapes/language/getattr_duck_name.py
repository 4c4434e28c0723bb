# origin: RestrictedPython 7.2
# technique: an object that only looks like text is the name
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def startswith(self, x):
        return False
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(1, Lie())))
