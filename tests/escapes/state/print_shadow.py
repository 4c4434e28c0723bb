# origin: own
# technique: print is replaced in the namespace
# goal: state
# outcome: COMPLETED

def print(*rest):
    return "mine"
def on_execute_post_login(event, api):
    print("a")
