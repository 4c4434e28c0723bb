# origin: own
# technique: a module's __dict__, __loader__ and __spec__
# goal: language
# outcome: refused:underscore-attribute

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.__dict__))
