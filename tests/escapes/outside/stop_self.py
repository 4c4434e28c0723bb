# origin: own
# technique: SIGSTOP to oneself, to hold the server up
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.kill(os.getpid(), 19)
