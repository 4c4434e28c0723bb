# origin: own
# technique: flags that are an object
# goal: language
# outcome: RAISED:TypeError

import re
class Lie:
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(re.compile("a", Lie())))
