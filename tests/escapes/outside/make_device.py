# origin: own
# technique: mknod of a device
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.mknod("/tmp/escaped-null", 0o20666, os.makedev(1, 3))
    api.user.set_app_metadata("escaped", "made")
