# origin: facts 5.5
# technique: a power with billions of digits
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    3 ** (10**9)
