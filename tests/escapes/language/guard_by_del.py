# origin: own
# technique: del takes a guard away, so that the built-in table's is used
# goal: language
# outcome: refused:underscore-name

del _getattr_
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str((1).real))
