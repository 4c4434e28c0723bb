# origin: own
# technique: CPython's one shared MemoryError keeps a frame with a waiting generator
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    def wait():
        try:
            yield 1
        finally:
            while True:
                pass
    held = []
    for x in range(20):
        try:
            [0] * (1 << 61)
        except Exception as error:
            held.append(error)
    held.clear()
    waiting = wait()
    next(waiting)
