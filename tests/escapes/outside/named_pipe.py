# origin: own
# technique: mkfifo, a way to talk to another process
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.mkfifo("/tmp/escaped-pipe")
    api.user.set_app_metadata("escaped", "made")
