# origin: own
# technique: Counter.update asks an object for items() in Python code of the runtime
# goal: language
# outcome: RAISED:TypeError

import collections
class Lie:
    def items(self):
        return [("escaped", 1)]
    def keys(self):
        return ["escaped"]
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(collections.Counter(Lie())))
