# origin: own
# technique: deepcopy of a facade
# goal: language
# outcome: RAISED:TypeError

import copy
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(copy.deepcopy(api)))
