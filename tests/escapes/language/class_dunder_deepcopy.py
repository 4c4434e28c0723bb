# origin: own
# technique: __deepcopy__ is called by copy
# goal: language
# outcome: refused:underscore-name

import copy
class Lie:
    def __deepcopy__(self, memo):
        return memo
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(copy.deepcopy(Lie())))
