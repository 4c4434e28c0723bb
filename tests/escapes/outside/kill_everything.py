# origin: facts 5.2
# technique: SIGKILL to all processes that may be signalled
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.kill(-1, 9)
    api.user.set_app_metadata("escaped", "killed")
