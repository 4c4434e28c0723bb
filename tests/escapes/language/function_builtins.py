# origin: own
# technique: __builtins__ of a function of the runtime is the real table
# goal: language
# outcome: refused:underscore-attribute

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.loads.__builtins__))
