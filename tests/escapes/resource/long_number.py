# origin: contract 7
# technique: a number of a hundred thousand digits
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    api.user.set_app_metadata("k", 10 ** 100_000)
