# origin: own
# technique: object is a name that scripts have
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(object, "__subclasses__")()))
