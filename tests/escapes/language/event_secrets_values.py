# origin: own
# technique: the secrets are listed without their names
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(event.secrets.values()))
