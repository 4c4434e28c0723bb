# origin: contract 7
# technique: a line of a value nested 10 000 deep
# goal: resource
# outcome: COMPLETED
def on_execute_post_login(event, api):
    value = []
    for _ in range(10_000):
        value = [value]
    print(value)
