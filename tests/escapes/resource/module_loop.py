# origin: facts 5.5
# technique: a loop in the module, before the handler exists
# goal: resource
# outcome: TIMED_OUT
while True:
    pass


def on_execute_post_login(event, api):
    pass
