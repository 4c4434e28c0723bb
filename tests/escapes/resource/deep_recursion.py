# origin: facts 5.5
# technique: a recursion without an end
# goal: resource
# outcome: RAISED:RecursionError
def dive():
    return dive()


def on_execute_post_login(event, api):
    dive()
