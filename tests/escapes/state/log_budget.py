# origin: own
# technique: the log's budget is used up for the next execution
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    for x in range(50):
        print("x" * 100)
