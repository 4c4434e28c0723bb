# origin: own
# technique: breakpoint() imports a debugger
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    breakpoint()
