# origin: facts 5.6
# technique: zfill to ten billion
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    "1".zfill(10**10)
