# origin: own
# technique: match.expand parses any template in Python code of the runtime
# goal: language
# outcome: RAISED:TypeError

import re
class Lie:
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(re.match("a", "a").expand(Lie())))
