# origin: sandbox-facts 4
# technique: send the generator to itself to reach its frame from inside
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    def wait():
        me = yield 1
        yield getattr(me, "gi_frame")
    g = wait()
    next(g)
    api.user.set_app_metadata("escaped", str(g.send(g)))
