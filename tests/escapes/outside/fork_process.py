# origin: facts 5.2
# technique: fork
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-attribute
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    if os.fork() == 0:
        os._exit(0)
    api.user.set_app_metadata("escaped", "forked")
