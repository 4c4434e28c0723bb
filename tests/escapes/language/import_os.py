# origin: own
# technique: import os
# goal: language
# outcome: refused:import-not-allowed

import os
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(os.listdir("/")))
