# origin: own
# technique: unlink
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.unlink("/tmp/escaped-nothing")
    api.user.set_app_metadata("escaped", "removed")
