# origin: own
# technique: a name bound anew is met at the next import
# goal: state
# outcome: COMPLETED

import json
try:
    if left:
        found = left
except NameError:
    found = None
left = json
def on_execute_post_login(event, api):
    if found:
        api.user.set_app_metadata("escaped", str(found))
