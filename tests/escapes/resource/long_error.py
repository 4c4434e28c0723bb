# origin: contract 7
# technique: an exception with a message of ten million characters
# goal: resource
# outcome: RAISED:ValueError | TIMED_OUT
def on_execute_post_login(event, api):
    raise ValueError("x" * 10_000_000)
