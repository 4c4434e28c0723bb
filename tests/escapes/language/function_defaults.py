# origin: own
# technique: the defaults of a runtime function hold an object
# goal: language
# outcome: RAISED:AttributeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(json.dumps, "__kwdefaults__")))
