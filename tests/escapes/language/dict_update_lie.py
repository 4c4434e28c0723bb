# origin: own
# technique: dict.update asks an object for keys() in C
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def keys(self):
        return ["a"]
def on_execute_post_login(event, api):
    d = {}
    d.update(Lie())
    api.user.set_app_metadata("escaped", str(d))
