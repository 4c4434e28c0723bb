# origin: own
# technique: the closure of a decorator of the runtime holds the real function
# goal: language
# outcome: RAISED:AttributeError

import base64
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(base64.b64encode, "__closure__")))
