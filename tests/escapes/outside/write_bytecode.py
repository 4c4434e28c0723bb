# origin: own
# technique: a module of one's own on the path
# goal: outside
# outcome: refused:import-not-allowed | refused:name-not-available
# kernel: RAISED:PermissionError
import sys


def on_execute_post_login(event, api):
    with open(sys.path[-1] + "/escaped.py", "w") as file:
        file.write("x = 1")
    api.user.set_app_metadata("escaped", "a module was planted")
