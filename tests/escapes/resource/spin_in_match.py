# origin: own
# technique: a match in a loop
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        match event["user"]:
            case {"nothing": _}:
                break
