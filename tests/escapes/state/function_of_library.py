# origin: own
# technique: an attribute is put on a function of the runtime
# goal: state
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    json.dumps.left = 1
