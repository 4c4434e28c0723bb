# origin: own
# technique: an exception keeps its frame, the frame a waiting generator
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    def wait():
        try:
            yield 1
        finally:
            while True:
                pass
    def fail():
        waiting = wait()
        next(waiting)
        raise ValueError("kept")
    try:
        fail()
    except ValueError as error:
        ring = [error]
        ring.append(ring)
