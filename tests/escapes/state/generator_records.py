# origin: sandbox-facts 5.5
# technique: a generator records a command while it is torn down
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    record = api.user.set_app_metadata
    def wait(me):
        try:
            yield me
        finally:
            record("escaped", "after the end")
    def leave():
        waiting = wait(lambda: waiting)
        next(waiting)
    leave()
