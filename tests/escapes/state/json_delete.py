# origin: open-chat-studio #4239
# technique: json.loads is deleted for whoever comes next
# goal: state
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    del json.loads
