# origin: sandbox-facts 4
# technique: a hook by an unpacked dict
# goal: language
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.loads("[1]", **{"parse_int": lambda text: "reached"})))
