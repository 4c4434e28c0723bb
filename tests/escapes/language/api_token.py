# origin: own
# technique: a class attribute that is not listed as public
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.access_token.token))
