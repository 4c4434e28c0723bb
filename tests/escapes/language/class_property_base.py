# origin: own
# technique: a subclass of property
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(property):
        pass
    api.user.set_app_metadata("escaped", str(Lie()))
