# origin: facts 5.6
# technique: ten billion bytes at once
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    bytes(10**10)
