# origin: contract 7
# technique: a line of a million values
# goal: resource
# outcome: COMPLETED | TIMED_OUT
def on_execute_post_login(event, api):
    print(*range(1_000_000))
