# origin: own
# technique: symlink
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.symlink("/etc", "/tmp/escaped-link")
    api.user.set_app_metadata("escaped", "linked")
