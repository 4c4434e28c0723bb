# origin: facts 5.6
# technique: tabs of a billion places
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    "\t".expandtabs(2**31 - 1)
