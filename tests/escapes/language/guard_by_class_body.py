# origin: own
# technique: the class body's own names come before the namespace's
# goal: language
# outcome: refused:underscore-name

class A:
    _getattr_ = lambda thing, name: thing
    found = (1).real
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A.found))
