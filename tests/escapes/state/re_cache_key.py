# origin: own
# technique: an object becomes the key of a cache and meets the next look-up
# goal: state
# outcome: RAISED:TypeError

import re
class Lie:
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    re.compile(Lie())
