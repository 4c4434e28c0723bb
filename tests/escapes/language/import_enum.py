# origin: sandbox-facts 4
# technique: enum leads to sys and bltns
# goal: language
# outcome: refused:import-not-allowed

import enum
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(enum.sys))
