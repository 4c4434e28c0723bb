# origin: facts 5.6
# technique: a loop that swallows the lack of memory and asks again
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        try:
            "a" * 10**10
        except Exception:
            pass
