# origin: own
# technique: SIGKILL to a process group
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.killpg(1, 9)
    api.user.set_app_metadata("escaped", "killed")
