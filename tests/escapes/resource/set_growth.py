# origin: facts 5.6
# technique: a set of tuples
# goal: resource
# outcome: TIMED_OUT | OUT_OF_MEMORY
def on_execute_post_login(event, api):
    kept = set()
    n = 0
    while True:
        n += 1
        kept.add((n, str(n)))
