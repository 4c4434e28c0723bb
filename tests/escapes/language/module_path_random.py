# origin: sandbox-facts 4
# technique: random._os
# goal: language
# outcome: refused:underscore-attribute

import random
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(random._os))
