# origin: own
# technique: copy.copyreg.dispatch_table
# goal: language
# outcome: refused:member-not-allowed

import copy
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(copy.dispatch_table))
