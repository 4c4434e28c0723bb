# origin: own
# technique: gc lists every object
# goal: language
# outcome: refused:import-not-allowed

import gc
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(gc.get_objects()))
