# origin: own
# technique: StopIteration's value is read for a frame
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    def f():
        return api
        yield
    g = f()
    try:
        next(g)
    except StopIteration as stop:
        api.user.set_app_metadata("escaped", str(getattr(stop.value, "_recorder")))
