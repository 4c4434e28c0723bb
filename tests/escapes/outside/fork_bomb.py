# origin: facts 5.2
# technique: fork without an end
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    while True:
        os.fork()
