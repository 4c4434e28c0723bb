# origin: own
# technique: a defaultdict's factory is a guarded function called in C
# goal: language
# outcome: RAISED:TypeError

import collections
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(collections.defaultdict(getattr)["_x"]))
