# origin: contract 7
# technique: one line of ten million characters
# goal: resource
# outcome: COMPLETED | TIMED_OUT
def on_execute_post_login(event, api):
    print("x" * 10_000_000)
