# origin: facts 5.5
# technique: a recursion that starts again in its finally, doubling at every level
# goal: resource
# outcome: TIMED_OUT
def burn():
    try:
        burn()
    finally:
        burn()


def on_execute_post_login(event, api):
    burn()
