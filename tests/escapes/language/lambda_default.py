# origin: own
# technique: a lambda's default rebinds a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    f = lambda thing, _getattr_=lambda thing, name: thing: thing.real
    api.user.set_app_metadata("escaped", str(f(1)))
