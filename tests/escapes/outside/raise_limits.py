# origin: facts 5.2
# technique: setrlimit, to have the limits back
# goal: outside
# outcome: refused:import-not-allowed
# kernel: POLICY_VIOLATION
import resource


def on_execute_post_login(event, api):
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    api.user.set_app_metadata("escaped", "raised")
