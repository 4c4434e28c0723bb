# origin: own
# technique: a claim's name that compares as allowed
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def __eq__(self, other):
        return False
    def lower(self):
        return "a"
def on_execute_post_login(event, api):
    api.id_token.set_custom_claim(Lie(), 1)
    api.user.set_app_metadata("escaped", str(1))
