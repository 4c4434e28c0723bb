# origin: own
# technique: the real table of built-in names
# goal: language
# outcome: refused:import-not-allowed

import builtins
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(builtins.open))
