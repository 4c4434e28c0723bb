# origin: own
# technique: a waiting generator is freed by the shared error's frames and leaves another one
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    fill = list
    def wait(me):
        try:
            yield me
        finally:
            fill(map(fill, [()] * 2000))
            leave()
    def leave():
        waiting = wait(lambda: waiting)
        next(waiting)
    held = []
    for x in range(20):
        try:
            [0] * (1 << 61)
        except Exception as error:
            held.append(error)
    leave()
