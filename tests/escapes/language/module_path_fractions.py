# origin: sandbox-facts 4
# technique: fractions.sys
# goal: language
# outcome: refused:member-not-allowed

import fractions
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(fractions.sys))
