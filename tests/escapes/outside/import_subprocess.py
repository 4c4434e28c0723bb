# origin: own
# technique: subprocess, which the worker does not hold
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:ModuleNotFoundError
import subprocess


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", subprocess.check_output(["id"]).decode())
