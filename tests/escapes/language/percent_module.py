# origin: own
# technique: percent formatting over a module's facade
# goal: language
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("%(codecs)s" % json))
