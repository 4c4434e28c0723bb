# origin: own
# technique: a denial is recorded while a generator is torn down
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    deny = api.access.deny
    def wait(me):
        try:
            yield me
        finally:
            deny("late", "late")
    def leave():
        waiting = wait(lambda: waiting)
        next(waiting)
    leave()
