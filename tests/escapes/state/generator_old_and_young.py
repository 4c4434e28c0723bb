# origin: own
# technique: a teardown makes enough objects that its new generator grows old at once
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    fill, many = list, range
    def wait(me):
        try:
            yield me
        finally:
            leave()
            fill(map(fill, [()] * 3000))
    def leave():
        waiting = wait(lambda: waiting)
        next(waiting)
        fill(map(fill, [()] * 3000))
    leave()
