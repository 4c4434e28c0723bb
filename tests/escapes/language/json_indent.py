# origin: own
# technique: the indentation is no number and no text
# goal: language
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.dumps([1], indent=api)))
