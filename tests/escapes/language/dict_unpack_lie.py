# origin: own
# technique: {**x} asks x for keys() in C
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def keys(self):
        return ["a"]
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str({**Lie()}))
