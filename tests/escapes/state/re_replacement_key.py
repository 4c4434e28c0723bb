# origin: own
# technique: a hashable object as replacement is kept by a cache
# goal: state
# outcome: RAISED:TypeError

import re
class Lie:
    left = 1
def on_execute_post_login(event, api):
    re.compile("a").sub(Lie(), "a")
