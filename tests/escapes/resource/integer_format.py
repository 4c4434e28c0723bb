# origin: facts 5.5
# technique: the digits of a large number through a format
# goal: resource
# outcome: RAISED:ValueError
def on_execute_post_login(event, api):
    f"{7 ** 100_000:d}"
