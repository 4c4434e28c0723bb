# origin: own
# technique: the compiler's own package
# goal: language
# outcome: refused:import-not-allowed

from RestrictedPython import Guards
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Guards))
