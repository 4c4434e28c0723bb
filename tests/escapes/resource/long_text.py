# origin: facts 5.6
# technique: ten billion characters at once
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    "a" * 10**10
