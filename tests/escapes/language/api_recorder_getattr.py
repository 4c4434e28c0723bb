# origin: sandbox-facts 4
# technique: the facade's recorder by getattr
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(api.user, "_record" + "er")))
