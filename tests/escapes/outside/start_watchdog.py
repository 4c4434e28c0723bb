# origin: own
# technique: faulthandler's thread in C
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import faulthandler


def on_execute_post_login(event, api):
    faulthandler.dump_traceback_later(60, file=3)
    api.user.set_app_metadata("escaped", "a thread runs")
