# origin: own
# technique: the scheduler's policy
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import os


def on_execute_post_login(event, api):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    api.user.set_app_metadata("escaped", "real time")
