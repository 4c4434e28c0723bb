# origin: own
# technique: the runtime's own package
# goal: language
# outcome: refused:import-not-allowed

import actions_sandbox.policy.guards
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(actions_sandbox))
