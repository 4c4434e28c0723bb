# origin: own
# technique: a recursion through C
# goal: resource
# outcome: RAISED:RecursionError
def dive(value):
    return sorted([1, 2], key=dive)


def on_execute_post_login(event, api):
    dive(1)
