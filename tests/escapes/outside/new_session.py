# origin: own
# technique: setsid
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.setsid()
    api.user.set_app_metadata("escaped", "left")
