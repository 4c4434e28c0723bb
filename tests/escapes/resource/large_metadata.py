# origin: contract 7
# technique: metadata over the limit
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    api.user.set_app_metadata("k", "x" * 40_000)
