# origin: facts 5.6
# technique: the width of the older format
# goal: resource
# outcome: OUT_OF_MEMORY
def on_execute_post_login(event, api):
    "%10000000000d" % 1
