# origin: own
# technique: SIGTERM to oneself through raise
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import signal


def on_execute_post_login(event, api):
    signal.raise_signal(15)
