# origin: own
# technique: the subclasses of a listed exception hold the runtime's
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(Exception, "__subclasses__")()))
