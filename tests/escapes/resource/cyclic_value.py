# origin: contract 7
# technique: a value that holds itself
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    value = []
    value.append(value)
    api.user.set_app_metadata("k", value)
