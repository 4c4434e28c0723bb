# origin: own
# technique: __main__ holds what was there before
# goal: language
# outcome: refused:import-not-allowed

import __main__ as main
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(main))
