# origin: own
# technique: hashlib's functions know their module
# goal: language
# outcome: RAISED:AttributeError

import hashlib
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(hashlib.sha256, "__self__")))
