# origin: own
# technique: sendfile out of the channel into itself
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.sendfile(3, 3, None, 1))
