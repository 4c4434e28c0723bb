# origin: own
# technique: a member is imported under a guard's name
# goal: language
# outcome: refused:underscore-name

from functools import reduce as _getattr_
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str((1).real))
