# origin: sandbox-facts 3
# technique: an annotated assignment binds a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    _getattr_: object = lambda thing, name: thing
    api.user.set_app_metadata("escaped", str((1).real))
