# origin: sandbox-facts 5.5
# technique: the waiting generator hides in the event's data
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    def wait():
        try:
            yield 1
        finally:
            while True:
                pass
    waiting = wait()
    next(waiting)
    event.user.app_metadata["ring"] = [waiting, event.user.app_metadata]
