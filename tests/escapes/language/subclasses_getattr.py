# origin: own
# technique: the same walk with names made at run time
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    kind = getattr((), "__cl" + "ass__")
    api.user.set_app_metadata("escaped", str(getattr(kind, "__base__")))
