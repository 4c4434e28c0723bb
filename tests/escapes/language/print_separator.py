# origin: own
# technique: the separator of print is an object
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def join(self, parts):
        return parts
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(print("a", "b", sep=Lie())))
