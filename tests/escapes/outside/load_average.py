# origin: own
# technique: the machine's load, a channel between tenants
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.getloadavg()[0])
