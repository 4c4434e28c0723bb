# origin: own
# technique: a module's facade as a base class
# goal: language
# outcome: RAISED:TypeError

import json
def on_execute_post_login(event, api):
    class Lie(json):
        pass
    api.user.set_app_metadata("escaped", str(Lie))
