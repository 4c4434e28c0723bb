# origin: sandbox-facts 2.4
# technique: the module that datetime imports through the script's hook
# goal: language
# outcome: refused:import-not-allowed | refused:underscore-name

import _strptime
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(_strptime))
