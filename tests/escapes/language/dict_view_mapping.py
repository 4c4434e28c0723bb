# origin: own
# technique: a dict view's mapping is a proxy
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str({}.keys().mapping))
