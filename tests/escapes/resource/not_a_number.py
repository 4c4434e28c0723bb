# origin: contract 7
# technique: numbers that JSON does not have
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    api.user.set_app_metadata("k", float("nan"))
