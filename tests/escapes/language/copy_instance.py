# origin: own
# technique: deepcopy of a script's object, of a function in it and of a module
# goal: language
# outcome: RAISED:TypeError

import copy, json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(copy.deepcopy([json])))
