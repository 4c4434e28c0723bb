# origin: contract 7
# technique: a value one level over the limit
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    value = 1
    for _ in range(65):
        value = [value]
    api.user.set_app_metadata("k", value)
