# origin: facts 5.2
# technique: open without Python's file layer
# goal: outside
# outcome: refused:import-not-allowed
# kernel: RAISED:PermissionError
import os


def on_execute_post_login(event, api):
    fd = os.open("/etc/hostname", os.O_RDONLY)
    api.user.set_app_metadata("escaped", "descriptor %d" % fd)
