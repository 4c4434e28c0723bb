# origin: own
# technique: U+2028 ends a line for some readers and not for the parser
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    reached = 0
    #    reached = 1
    if reached:
        api.user.set_app_metadata("escaped", str(reached))
