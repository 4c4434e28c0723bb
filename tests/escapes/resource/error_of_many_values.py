# origin: contract 7
# technique: an exception with a million values
# goal: resource
# outcome: RAISED:ValueError | TIMED_OUT
def on_execute_post_login(event, api):
    raise ValueError(*range(1_000_000))
