# origin: own
# technique: sys.modules
# goal: language
# outcome: refused:import-not-allowed

import sys
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(sys.modules))
