# origin: own
# technique: posix_spawn
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.posix_spawn("/bin/true", ["true"], {}))
