# origin: contract 7
# technique: a value nested 100 000 deep
# goal: resource
# outcome: RAISED:ValueError | TIMED_OUT
def on_execute_post_login(event, api):
    value = 1
    for _ in range(100_000):
        value = [value]
    api.user.set_app_metadata("k", value)
