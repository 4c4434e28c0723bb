# origin: own
# technique: a key that only looks like text
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def __eq__(self, other):
        return True
    def encode(self):
        return b"a"
def on_execute_post_login(event, api):
    api.user.set_app_metadata(Lie(), 1)
    api.user.set_app_metadata("escaped", str(1))
