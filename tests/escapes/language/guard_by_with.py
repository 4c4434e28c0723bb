# origin: own
# technique: with ... as binds a guard
# goal: language
# outcome: refused:underscore-name

class A:
    def __enter__(self):
        return lambda thing, name: thing
    def __exit__(self, *rest):
        pass
def on_execute_post_login(event, api):
    with A() as _getattr_:
        api.user.set_app_metadata("escaped", str((1).real))
