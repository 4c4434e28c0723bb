# origin: facts 5.6
# technique: a list of a billion places
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    [None] * 10**9
