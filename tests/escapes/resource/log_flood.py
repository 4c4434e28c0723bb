# origin: contract 7
# technique: lines without an end
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        print("x" * 1000)
