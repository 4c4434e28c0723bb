# origin: own
# technique: global makes a guard's name writable from a function
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    global _getattr_
    _getattr_ = lambda thing, name: thing
    api.user.set_app_metadata("escaped", str((1).real))
