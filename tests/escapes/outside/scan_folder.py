# origin: facts 5.2
# technique: scandir
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:PermissionError
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", [one.name for one in os.scandir("/")])
