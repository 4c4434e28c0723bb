# origin: facts 5.6
# technique: a list nested a million deep, thrown away at once
# goal: resource
# outcome: COMPLETED | TIMED_OUT
def on_execute_post_login(event, api):
    chain = []
    for _ in range(300_000):
        chain = [chain]
    chain = None
