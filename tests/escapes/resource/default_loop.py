# origin: facts 5.5
# technique: a default value that is never ready
# goal: resource
# outcome: TIMED_OUT
def wait(value=sum(range(10**12))):
    pass


def on_execute_post_login(event, api):
    pass
