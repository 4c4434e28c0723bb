# origin: facts 5.6
# technique: the hash of a tuple nested 200 000 deep
# goal: resource
# outcome: CRASHED | RAISED:RecursionError | TIMED_OUT
def on_execute_post_login(event, api):
    chain = ()
    for _ in range(200_000):
        chain = (chain,)
    hash(chain)
