# origin: facts 5.5
# technique: handlers for the signals that end an execution
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import signal


def on_execute_post_login(event, api):
    for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    api.user.set_app_metadata("escaped", "signals are swallowed")
