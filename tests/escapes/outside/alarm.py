# origin: own
# technique: alarm, the older way to the same timer
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import signal


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", signal.alarm(60))
