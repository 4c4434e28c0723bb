# origin: own
# technique: inspect reads frames
# goal: language
# outcome: refused:import-not-allowed

import inspect
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(inspect.currentframe()))
