# origin: own
# technique: __dict__ lists an object's fields
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.user.__dict__))
