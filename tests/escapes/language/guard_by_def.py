# origin: own
# technique: a function is defined under a guard's name
# goal: language
# outcome: refused:underscore-name

def _getattr_(thing, name):
    return thing
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str((1).real))
