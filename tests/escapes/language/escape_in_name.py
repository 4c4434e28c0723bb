# origin: own
# technique: a string escape builds the private name only when it runs
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(api, "\x5f\x5fclass\N{LOW LINE}\137")))
