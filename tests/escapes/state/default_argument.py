# origin: own
# technique: a mutable default of a script's function
# goal: state
# outcome: COMPLETED

def remember(value, seen=[]):
    seen.append(value)
    return seen
def on_execute_post_login(event, api):
    if len(remember(1)) > 1:
        api.user.set_app_metadata("escaped", str("default"))
