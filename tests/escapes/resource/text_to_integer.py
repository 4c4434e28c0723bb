# origin: own
# technique: a number of a million digits
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    int("9" * 1_000_000)
