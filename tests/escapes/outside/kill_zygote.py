# origin: facts 5.2
# technique: SIGKILL to the parent
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.kill(os.getppid(), 9)
    api.user.set_app_metadata("escaped", "killed")
