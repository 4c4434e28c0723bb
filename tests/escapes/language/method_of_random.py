# origin: own
# technique: random.randint is bound to the generator that all share
# goal: language
# outcome: RAISED:AttributeError

import random
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(random.randint, "__self__")))
