# origin: own
# technique: the facades are written out as JSON
# goal: language
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.dumps({"api": api})))
