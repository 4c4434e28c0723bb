# origin: facts 5.2
# technique: memfd_create, a file to execute from
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", os.memfd_create("x"))
