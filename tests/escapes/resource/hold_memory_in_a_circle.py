# origin: facts 5.6
# technique: all the memory there is, left behind in an object that holds itself
# goal: resource
# outcome: COMPLETED | TIMED_OUT
def on_execute_post_login(event, api):
    held = []
    held.append(held)
    size = 10**9
    while size > 1000:
        try:
            held.append("a" * size)
        except Exception:
            size = size // 2
