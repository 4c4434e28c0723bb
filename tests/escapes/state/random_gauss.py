# origin: own
# technique: gauss keeps its second value for the next caller
# goal: state
# outcome: refused:member-not-allowed

import random
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(random.gauss(0, 1)))
