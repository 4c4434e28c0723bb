# origin: own
# technique: the record's cache of made records
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(event, "_made")))
