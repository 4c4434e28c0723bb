# origin: facts 5.2
# technique: sleep, to hold a worker without using its processor
# goal: outside
# outcome: refused:member-not-allowed
# kernel: POLICY_VIOLATION
import time


def on_execute_post_login(event, api):
    time.sleep(60)
