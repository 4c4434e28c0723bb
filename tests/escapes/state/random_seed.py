# origin: sandbox-facts 4
# technique: the random numbers are made to repeat
# goal: state
# outcome: refused:member-not-allowed

import random
def on_execute_post_login(event, api):
    random.seed(1)
    api.user.set_app_metadata("escaped", str(random.random()))
