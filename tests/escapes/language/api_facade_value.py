# origin: own
# technique: a facade as a value
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", {"a": [api.user]})
