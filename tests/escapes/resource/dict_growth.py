# origin: facts 5.6
# technique: a dict that grows
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    kept = {}
    while True:
        kept[len(kept)] = [len(kept)]
