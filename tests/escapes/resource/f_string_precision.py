# origin: facts 5.6
# technique: the precision of an f-string's value
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    f"{0.1:.2000000000f}"
