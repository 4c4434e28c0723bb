# origin: sandbox-facts 5.5
# technique: every generator's finally block leaves another one waiting
# goal: state
# outcome: TIMED_OUT

def on_execute_post_login(event, api):
    def wait(me):
        try:
            yield me
        finally:
            leave()
    def leave():
        waiting = wait(lambda: waiting)
        next(waiting)
    leave()
