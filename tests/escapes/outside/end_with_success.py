# origin: facts 5.6
# technique: exit with the status of a worker that ended well
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
# kernel: CRASHED
import os


def on_execute_post_login(event, api):
    os._exit(0)
