# origin: own
# technique: a factor whose keys lie
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def keys(self):
        return {"type"}
    def get(self, key):
        return None
def on_execute_post_login(event, api):
    api.authentication.challenge_with(Lie())
    api.user.set_app_metadata("escaped", str(1))
