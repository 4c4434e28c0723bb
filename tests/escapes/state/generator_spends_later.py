# origin: own
# technique: a generator is left that only waits for its teardown to spend a later action's time
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    spend = sum
    def wait(me):
        try:
            yield me
        finally:
            spend(range_of)
    range_of = range(10**11)
    waiting = wait(lambda: waiting)
    next(waiting)
    kept = [[] for x in range(5000)]
