# origin: sandbox-facts 4
# technique: the record's own dict by getattr
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(event.user, "_data")))
