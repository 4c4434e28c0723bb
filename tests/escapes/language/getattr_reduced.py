# origin: own
# technique: functools.reduce walks a path of names with getattr
# goal: language
# outcome: RAISED:AttributeError

import functools
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(functools.reduce(getattr, ["user", "set_app_metadata", "__self__"], api)))
