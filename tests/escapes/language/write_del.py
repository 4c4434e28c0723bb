# origin: own
# technique: a facade's method is deleted
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    del api.access.deny
    api.user.set_app_metadata("escaped", str(1))
