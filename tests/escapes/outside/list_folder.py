# origin: facts 5.2
# technique: listdir
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:PermissionError
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.listdir("/proc"))
