# origin: open-chat-studio #4239
# technique: a module's member is the target of a loop
# goal: state
# outcome: RAISED:TypeError

import math
def on_execute_post_login(event, api):
    for math.pi in [3]:
        pass
    api.user.set_app_metadata("escaped", str(math.pi))
