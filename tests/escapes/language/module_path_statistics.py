# origin: sandbox-facts 4
# technique: statistics.sys
# goal: language
# outcome: refused:member-not-allowed

import statistics
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(statistics.sys))
