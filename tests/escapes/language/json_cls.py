# origin: sandbox-facts 4
# technique: json.dumps(cls=...) replaces the encoder
# goal: language
# outcome: RAISED:TypeError

import json
class Lie:
    def __init__(self, **rest):
        self.rest = rest
    def encode(self, value):
        return self.rest
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.dumps(1, cls=Lie)))
