# origin: sandbox-facts 4
# technique: the facade's recorder
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.user._recorder))
