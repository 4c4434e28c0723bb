# origin: own
# technique: os.popen, which loads subprocess
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.popen("id").read())
