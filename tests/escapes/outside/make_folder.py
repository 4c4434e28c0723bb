# origin: own
# technique: mkdir
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.mkdir("/tmp/escaped-folder")
    api.user.set_app_metadata("escaped", "made")
