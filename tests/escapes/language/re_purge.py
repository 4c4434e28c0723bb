# origin: sandbox-facts 4
# technique: re.purge and the module's cache
# goal: language
# outcome: refused:member-not-allowed

import re
def on_execute_post_login(event, api):
    re.purge()
    api.user.set_app_metadata("escaped", str(1))
