# origin: facts 5.6
# technique: the text of a list nested 100 000 deep
# goal: resource
# outcome: CRASHED | RAISED:RecursionError | TIMED_OUT
def on_execute_post_login(event, api):
    chain = []
    for _ in range(100_000):
        chain = [chain]
    str(chain)
