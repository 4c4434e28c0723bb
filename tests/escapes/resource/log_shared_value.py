# origin: contract 7
# technique: a line of a value that shares its parts forty times over
# goal: resource
# outcome: COMPLETED | TIMED_OUT
def on_execute_post_login(event, api):
    value = ["x" * 100]
    for _ in range(40):
        value = [value, value]
    print(value)
