# origin: own
# technique: execve of a descriptor, which needs no path
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.execve(3, ["x"], {})
