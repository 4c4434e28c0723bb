# origin: facts 5.6
# technique: ljust to ten billion
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    "a".ljust(10**10)
