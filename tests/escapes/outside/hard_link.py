# origin: own
# technique: link
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.link("/etc/passwd", "/tmp/escaped-hard")
    api.user.set_app_metadata("escaped", "linked")
