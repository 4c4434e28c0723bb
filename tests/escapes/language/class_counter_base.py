# origin: own
# technique: a subclass of Counter
# goal: language
# outcome: RAISED:TypeError

import collections
def on_execute_post_login(event, api):
    class Lie(collections.Counter):
        pass
    api.user.set_app_metadata("escaped", str(Lie()))
