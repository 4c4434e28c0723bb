# origin: own
# technique: functools.wraps leaves __wrapped__ on a function of the runtime
# goal: language
# outcome: RAISED:AttributeError

import functools, json
def on_execute_post_login(event, api):
    g = functools.wraps(json.dumps)(lambda: 1)
    api.user.set_app_metadata("escaped", str(getattr(g, "__wrapped__")))
