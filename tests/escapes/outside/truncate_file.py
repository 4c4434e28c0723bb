# origin: own
# technique: truncate by path
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.truncate("/tmp/escaped-nothing", 0)
    api.user.set_app_metadata("escaped", "cut")
