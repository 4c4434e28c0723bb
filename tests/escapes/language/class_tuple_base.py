# origin: sandbox-facts 4
# technique: a subclass of tuple
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(tuple):
        pass
    api.user.set_app_metadata("escaped", str(Lie()))
