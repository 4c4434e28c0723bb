# origin: own
# technique: rename
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.rename("/tmp/escaped-a", "/tmp/escaped-b")
    api.user.set_app_metadata("escaped", "renamed")
