# origin: own
# technique: a bound method's __self__ is the object it hides
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(api.user.set_app_metadata, "__self__")))
