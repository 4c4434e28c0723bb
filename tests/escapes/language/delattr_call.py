# origin: sandbox-facts 2.4
# technique: delattr takes a facade's method away
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    delattr(api, "access")
    api.user.set_app_metadata("escaped", str(1))
