# origin: own
# technique: SIGKILL to oneself, which would look like the system's out-of-memory kill
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.kill(os.getpid(), 9)
