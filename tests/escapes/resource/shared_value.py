# origin: contract 7
# technique: a value that shares its parts forty times over
# goal: resource
# outcome: OUTPUT_TOO_LARGE | TIMED_OUT
def on_execute_post_login(event, api):
    value = ["x" * 100]
    for _ in range(40):
        value = [value, value]
    api.user.set_app_metadata("k", value)
