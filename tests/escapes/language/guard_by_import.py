# origin: own
# technique: a module is imported under a guard's name
# goal: language
# outcome: refused:underscore-name

import json as _getattr_
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str((1).real))
