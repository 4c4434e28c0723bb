# origin: own
# technique: __eq__ of a value empties the OrderedDict that is compared
# goal: language
# outcome: COMPLETED | RAISED:RuntimeError | RAISED:KeyError | CRASHED

import collections
class Key:
    def __eq__(self, other):
        left.clear()
        return True
left = collections.OrderedDict()
def on_execute_post_login(event, api):
    left.update({x: Key() for x in range(10)})
    right = collections.OrderedDict({x: Key() for x in range(10)})
    left == right
