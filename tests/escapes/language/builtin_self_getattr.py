# origin: own
# technique: the same by getattr
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(abs, "__self__")))
