# origin: facts 5.5
# technique: pow with three large numbers
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    pow(3, 7**40_000, 11**40_000)
