# origin: own
# technique: half a surrogate pair, written as an escape, in a name
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(api, "\ud800")))
