# origin: contract 7
# technique: a hundred thousand empty lines
# goal: resource
# outcome: COMPLETED | TIMED_OUT
def on_execute_post_login(event, api):
    for n in range(100_000):
        print()
