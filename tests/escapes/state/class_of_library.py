# origin: own
# technique: a method of a library class is replaced
# goal: state
# outcome: RAISED:TypeError

import collections
def on_execute_post_login(event, api):
    collections.Counter.most_common = lambda self: []
