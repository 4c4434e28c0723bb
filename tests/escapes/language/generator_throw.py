# origin: sandbox-facts 4
# technique: throw an exception into a generator and read the traceback it keeps
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    def wait():
        try:
            yield 1
        except Exception as error:
            yield error
    g = wait()
    next(g)
    api.user.set_app_metadata("escaped", str(g.throw(ValueError("x"))))
