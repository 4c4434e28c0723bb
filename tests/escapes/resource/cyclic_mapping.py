# origin: contract 7
# technique: an object that holds itself through a list
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    value = {}
    value["k"] = [value]
    api.user.set_user_metadata("k", value)
