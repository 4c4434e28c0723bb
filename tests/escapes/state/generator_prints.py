# origin: sandbox-facts 5.5
# technique: a generator left in a cycle writes into a later action's log
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    say = print
    def wait(me):
        try:
            yield me
        finally:
            say("still here")
    def leave():
        waiting = wait(lambda: waiting)
        next(waiting)
    for x in range(100):
        leave()
