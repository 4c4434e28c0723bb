# origin: facts 5.5
# technique: a loop whose inside swallows whatever would end it
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        try:
            while True:
                pass
        except:
            pass
