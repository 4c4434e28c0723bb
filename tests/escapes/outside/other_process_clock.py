# origin: own
# technique: clock_gettime with a clock of another process, whose processor time tells what it does
# goal: outside
# outcome: refused:import-not-allowed | refused:member-not-allowed
# kernel: POLICY_VIOLATION
import os
import time


def on_execute_post_login(event, api):
    own = os.getpid()
    for pid in (own - 1, own + 1, 1, own - 2):
        clock = (~pid << 3) | 2
        api.user.set_app_metadata("escaped", time.clock_gettime(clock))
