# origin: own
# technique: a timer of one's own in real time
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import signal


def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", signal.setitimer(signal.ITIMER_REAL, 60))
