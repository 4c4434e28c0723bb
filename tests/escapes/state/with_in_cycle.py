# origin: own
# technique: a generator waits inside with, whose __exit__ runs later
# goal: state
# outcome: TIMED_OUT

class Hold:
    def __enter__(self):
        return self
    def __exit__(self, *rest):
        while True:
            pass
def on_execute_post_login(event, api):
    def wait(ring):
        with Hold():
            yield ring
    ring = []
    ring.append(wait(ring))
    next(ring[0])
