# origin: own
# technique: a C module under a harmless name
# goal: language
# outcome: refused:import-not-allowed

import _thread as thread
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(thread))
