# origin: contract 7
# technique: commands without an end
# goal: resource
# outcome: OUTPUT_TOO_LARGE | TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        api.access_token.add_scope("a")
