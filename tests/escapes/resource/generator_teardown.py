# origin: facts 5.5
# technique: a generator whose finally runs when it is thrown away, after the handler
# goal: resource
# outcome: TIMED_OUT
def linger():
    try:
        yield 1
    finally:
        while True:
            pass


kept = [linger()]


def on_execute_post_login(event, api):
    next(kept[0])
