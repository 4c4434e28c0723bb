# origin: facts 4
# technique: an exception whose value is nested too deep to be shown
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    value = []
    for _ in range(100_000):
        value = [value]
    raise ValueError(value)
