# origin: facts 5.6
# technique: a list that grows by a kilobyte at a time
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    kept = []
    while True:
        kept.append("x" * 1000 + str(len(kept)))
