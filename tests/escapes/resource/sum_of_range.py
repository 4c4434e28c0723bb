# origin: facts 5.5
# technique: a loop in C: sum
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    sum(range(10**12))
