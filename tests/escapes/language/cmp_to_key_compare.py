# origin: own
# technique: the comparison of a key reads the other key's object in C
# goal: language
# outcome: RAISED:TypeError

import functools
class Lie:
    obj = 1
    def __gt__(self, other):
        ok.append(other)
        return True
ok = []
def on_execute_post_login(event, api):
    key = functools.cmp_to_key(lambda a, b: 0)
    api.user.set_app_metadata("escaped", str(key(1) < 5))
