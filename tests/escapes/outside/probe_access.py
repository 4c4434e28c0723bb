# origin: facts 5.2
# technique: access, which tells whether a file exists
# goal: outside
# outcome: refused:import-not-allowed
# kernel: COMPLETED
import os


def on_execute_post_login(event, api):
    for path in ("/", "/etc/passwd", "/proc/self/exe", "/dev/null"):
        if os.access(path, os.F_OK):
            api.user.set_app_metadata("escaped", path)
