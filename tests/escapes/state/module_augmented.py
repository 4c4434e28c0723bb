# origin: open-chat-studio #4239
# technique: a module's member is changed by +=
# goal: state
# outcome: RAISED:TypeError

import math
def on_execute_post_login(event, api):
    math.pi += 1
    api.user.set_app_metadata("escaped", str(math.pi))
