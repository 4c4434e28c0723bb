# origin: sandbox-facts 5.5
# technique: the same before the collector has ever run
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    def wait(ring):
        try:
            yield ring
        finally:
            while True:
                pass
    ring = []
    ring.append(wait(ring))
    next(ring[0])
