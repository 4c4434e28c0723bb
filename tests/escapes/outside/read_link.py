# origin: facts 5.2
# technique: readlink, to learn where the interpreter lies
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:PermissionError
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.readlink("/proc/self/exe"))
