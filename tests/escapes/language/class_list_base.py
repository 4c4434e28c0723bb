# origin: sandbox-facts 4
# technique: a subclass of list
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(list):
        pass
    api.user.set_app_metadata("escaped", str(Lie()))
