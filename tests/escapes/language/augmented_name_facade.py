# origin: sandbox-facts 3
# technique: a facade under a name is changed in place
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    user = api.user
    user |= {"a": 1}
    api.user.set_app_metadata("escaped", str(user))
