# origin: facts 5.6
# technique: the width of an f-string's value
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    f"{1:>10000000000}"
