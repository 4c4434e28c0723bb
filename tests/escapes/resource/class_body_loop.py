# origin: facts 5.5
# technique: a loop in a class body
# goal: resource
# outcome: TIMED_OUT
class Endless:
    while True:
        pass


def on_execute_post_login(event, api):
    pass
