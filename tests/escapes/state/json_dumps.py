# origin: open-chat-studio #4239
# technique: json.dumps is replaced for whoever comes next
# goal: state
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    if json.dumps(1) != "1":
        api.user.set_app_metadata("escaped", str(1))
    json.dumps = lambda value: "poisoned"
