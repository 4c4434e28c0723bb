# origin: own
# technique: a generator runs on after its namespace, and with it every guard, is gone
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    record, look, user = api.user.set_app_metadata, getattr, api.user
    def wait(me):
        try:
            yield me
        finally:
            record("escaped", str(look(user, "_recorder")))
    def leave():
        waiting = wait(lambda: waiting)
        next(waiting)
    leave()
