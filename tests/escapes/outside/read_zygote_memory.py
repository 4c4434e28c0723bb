# origin: facts 5.2
# technique: /proc/PID/mem of the process that forks every tenant's worker
# goal: outside
# outcome: refused:import-not-allowed | refused:name-not-available
# kernel: RAISED:PermissionError
import os


def on_execute_post_login(event, api):
    path = "/proc/%s/mem" % os.readlink("/proc/self").strip()
    api.user.set_app_metadata("escaped", open(path, "rb").read(1).hex())
