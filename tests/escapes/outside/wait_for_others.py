# origin: own
# technique: waitid for any child
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(os.waitid(os.P_ALL, 0, os.WEXITED)))
