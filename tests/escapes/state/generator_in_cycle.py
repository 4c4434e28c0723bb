# origin: sandbox-facts 5.5
# technique: a generator waits in a cycle and runs its finally block in a later action's time
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    spent = [[] for x in range(20000)]
    def wait(ring):
        try:
            yield ring
        finally:
            while True:
                pass
    for x in range(3):
        ring = []
        ring.append(wait(ring))
        next(ring[0])
