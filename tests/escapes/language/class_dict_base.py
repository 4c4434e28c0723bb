# origin: sandbox-facts 4
# technique: a subclass of dict lies in items()
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(dict):
        def items(self):
            return [("escaped", "items")]
    api.user.set_app_metadata("escaped", Lie())
