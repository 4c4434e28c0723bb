# origin: own
# technique: the key object of cmp_to_key has obj
# goal: language
# outcome: RAISED:AttributeError

import functools
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(functools.cmp_to_key(print)(api).obj))
