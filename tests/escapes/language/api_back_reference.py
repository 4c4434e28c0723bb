# origin: own
# technique: a namespace's way back to the api is private
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(api.user, "_api")))
