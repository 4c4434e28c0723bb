# origin: own
# technique: a module under a name is changed in place
# goal: state
# outcome: RAISED:TypeError

import math
def on_execute_post_login(event, api):
    m = math
    m |= {"pi": 3}
