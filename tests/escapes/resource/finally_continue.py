# origin: facts 5.5
# technique: finally with continue, which drops the exception under way
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        try:
            while True:
                pass
        finally:
            continue
