# origin: facts 5.5
# technique: a sort whose key never ends
# goal: resource
# outcome: TIMED_OUT
def wait(value):
    while True:
        pass


def on_execute_post_login(event, api):
    sorted([3, 1, 2], key=wait)
