# origin: own
# technique: close the channel, so that the answer never comes
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.close(3)
    api.user.set_app_metadata("escaped", "closed")
