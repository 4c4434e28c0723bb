# origin: own, after CPython gh-143543
# technique: a key's __eq__ advances the groupby that compares it
# goal: language
# outcome: COMPLETED | RAISED:RuntimeError | CRASHED | RAISED:StopIteration

import itertools
class Key:
    def __eq__(self, other):
        if armed:
            armed.pop()
            next(groups, None)
        return False
armed = [1]
def on_execute_post_login(event, api):
    global groups
    groups = itertools.groupby([1, 2, 3, 4], lambda value: Key())
    for key, group in groups:
        list(group)
