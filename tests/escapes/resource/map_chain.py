# origin: facts 5.6
# technique: map over map over map
# goal: resource
# outcome: CRASHED | RAISED:RecursionError | TIMED_OUT
def on_execute_post_login(event, api):
    chain = [1]
    for _ in range(100_000):
        chain = map(abs, chain)
    list(chain)
