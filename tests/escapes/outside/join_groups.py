# origin: own
# technique: setgroups
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.setgroups([0])
    api.user.set_app_metadata("escaped", "joined")
