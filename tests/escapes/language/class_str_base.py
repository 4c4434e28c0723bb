# origin: sandbox-facts 4
# technique: a subclass of str passes isinstance and lies
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(str):
        def strip(self):
            return self
    api.user.set_app_metadata("escaped", str(Lie("x")))
