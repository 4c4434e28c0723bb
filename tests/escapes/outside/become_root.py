# origin: facts 5.2
# technique: setuid to root
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.setuid(0)
    api.user.set_app_metadata("escaped", "root")
