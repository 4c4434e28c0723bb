# origin: own
# technique: chmod
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.chmod("/tmp", 0o777)
    api.user.set_app_metadata("escaped", "changed")
