# origin: facts 5.5
# technique: a decorator that never returns
# goal: resource
# outcome: TIMED_OUT
def endless(function):
    while True:
        pass


@endless
def decorated():
    pass


def on_execute_post_login(event, api):
    pass
