# origin: own
# technique: JSONDecodeError carries the document and its decoder
# goal: language
# outcome: RAISED:AttributeError

import json
def on_execute_post_login(event, api):
    try:
        json.loads("{")
    except json.JSONDecodeError as error:
        api.user.set_app_metadata("escaped", str(getattr(error, "__traceback__")))
