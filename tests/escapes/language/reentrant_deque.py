# origin: own
# technique: __eq__ changes the deque that is searched
# goal: language
# outcome: RAISED:RuntimeError | RAISED:IndexError

import collections
class Key:
    def __eq__(self, other):
        items.clear()
        return False
items = collections.deque()
def on_execute_post_login(event, api):
    items.extend(Key() for x in range(10))
    items.remove(1)
