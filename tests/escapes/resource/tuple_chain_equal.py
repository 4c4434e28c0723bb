# origin: facts 5.6
# technique: two deep tuples compared
# goal: resource
# outcome: CRASHED | RAISED:RecursionError | TIMED_OUT
def on_execute_post_login(event, api):
    left = right = ()
    for _ in range(200_000):
        left, right = (left,), (right,)
    left == right
