# origin: own
# technique: __loader__ and __spec__ lead to importlib
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(__loader__))
