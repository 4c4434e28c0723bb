# origin: own
# technique: the list of public names is itself an attribute
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.user.public))
