# origin: sandbox-facts 4
# technique: a subclass of int lies when it is compared
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(int):
        def __lt__(self, other):
            return True
    api.user.set_app_metadata("escaped", str(Lie(1)))
