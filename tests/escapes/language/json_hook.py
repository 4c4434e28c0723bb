# origin: sandbox-facts 4
# technique: json.loads calls hooks in C
# goal: language
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.loads("{}", object_hook=lambda d: "reached")))
