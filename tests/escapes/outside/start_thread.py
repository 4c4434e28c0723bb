# origin: facts 5.2
# technique: a thread, which a time limit by thread would miss
# goal: outside
# outcome: refused:import-not-allowed | refused:underscore-name
# kernel: POLICY_VIOLATION
import _thread


def on_execute_post_login(event, api):
    _thread.start_new_thread(print, ())
    api.user.set_app_metadata("escaped", "a thread runs")
