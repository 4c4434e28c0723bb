# origin: own
# technique: an object as flags becomes part of a cache's key
# goal: state
# outcome: RAISED:TypeError

import re
def on_execute_post_login(event, api):
    re.search("a", "a", 2.0)
