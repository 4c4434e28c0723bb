# origin: facts 5.6
# technique: a shift by ten billion
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    1 << 10**10
