# origin: open-chat-studio #4239
# technique: a module is written by item
# goal: state
# outcome: RAISED:TypeError

import math
def on_execute_post_login(event, api):
    math["pi"] = 3
    api.user.set_app_metadata("escaped", str(math.pi))
