# origin: own
# technique: the event as JSON shows the secrets in it
# goal: language
# outcome: COMPLETED

import json, copy
def on_execute_post_login(event, api):
    text = json.dumps(event) + str(copy.deepcopy(event)) + str(event) + repr(event.secrets) + json.dumps(event.secrets)
    if "own-secret" in text:
        api.user.set_app_metadata("escaped", str(text))
