# origin: facts 4
# technique: an exception whose text would have more characters than there is memory
# goal: resource
# outcome: RAISED:ValueError | TIMED_OUT
def on_execute_post_login(event, api):
    value = ["x" * 100]
    for _ in range(40):
        value = [value, value]
    raise ValueError(value)
