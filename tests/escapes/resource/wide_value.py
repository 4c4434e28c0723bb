# origin: contract 7
# technique: a value of ten million places
# goal: resource
# outcome: OUTPUT_TOO_LARGE | OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    api.user.set_app_metadata("k", [0] * 5_000_000)
