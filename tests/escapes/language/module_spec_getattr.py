# origin: own
# technique: a module's __spec__ by getattr
# goal: language
# outcome: RAISED:AttributeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(json, "__spec__")))
