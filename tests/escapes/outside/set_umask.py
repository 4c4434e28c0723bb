# origin: own
# technique: umask, inherited by whatever comes after
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.umask(0))
