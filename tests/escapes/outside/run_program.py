# origin: facts 5.2
# technique: execv in place of the worker
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.execv("/bin/true", ["true"])
