# origin: sandbox-facts 4
# technique: json.dumps calls default with anything
# goal: language
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.dumps(api, default=lambda thing: "reached")))
