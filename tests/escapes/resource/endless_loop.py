# origin: facts 5.5
# technique: a loop without an end
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        pass
