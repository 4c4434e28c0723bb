# origin: own
# technique: separators are objects with their own idea of text
# goal: language
# outcome: RAISED:TypeError

import json
class Lie:
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.dumps([1, 2], separators=(Lie(), Lie()))))
