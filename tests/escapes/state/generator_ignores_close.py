# origin: own
# technique: a generator goes on after it was closed
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    def wait(ring):
        while True:
            try:
                yield ring
            except:
                pass
    for x in range(50):
        ring = []
        ring.append(wait(ring))
        next(ring[0])
