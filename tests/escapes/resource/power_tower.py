# origin: own
# technique: powers of powers
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    n = 3
    while True:
        n = n ** 3
