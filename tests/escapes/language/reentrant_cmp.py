# origin: own
# technique: a comparison deletes the keys that cmp_to_key compares
# goal: language
# outcome: COMPLETED

import functools
def on_execute_post_login(event, api):
    keys = []
    def compare(a, b):
        keys.clear()
        return -1
    make = functools.cmp_to_key(compare)
    keys.extend(make(x) for x in range(3))
    keys[0] < keys[1]
