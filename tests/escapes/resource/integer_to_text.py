# origin: facts 5.5
# technique: the digits of a large number
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    str(7 ** 100_000)
