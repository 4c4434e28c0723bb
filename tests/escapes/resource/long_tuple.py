# origin: facts 5.6
# technique: a tuple of ten billion places
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    (0,) * 10**10
