# origin: sandbox-facts 4
# technique: a value with items() that changes between two looks
# goal: language
# outcome: RAISED:TypeError

class Lie:
    def __init__(self):
        self.turn = 0
    def items(self):
        self.turn += 1
        return [("a", api)] if self.turn > 1 else []
def on_execute_post_login(event, api):
    api.user.set_app_metadata("a", {"b": Lie()})
    api.user.set_app_metadata("escaped", str(1))
