# origin: own
# technique: names made at run time are looked for among the interpreter's own
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for x in range(2000):
        hasattr(api, "name" + str(x))
