# origin: own
# technique: abort, which signals the process itself
# goal: outside
# outcome: refused:import-not-allowed
# kernel: CRASHED
import os


def on_execute_post_login(event, api):
    os.abort()
