# origin: facts 5.5
# technique: a recursion that starts again where it was refused
# goal: resource
# outcome: TIMED_OUT
def burn():
    try:
        burn()
    except RecursionError:
        burn()


def on_execute_post_login(event, api):
    burn()
