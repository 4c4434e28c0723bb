# origin: sandbox-facts 2.4
# technique: a keyword named f or function collides with the guard of calls
# goal: language
# outcome: COMPLETED

def take(**rest):
    return rest
def on_execute_post_login(event, api):
    if take(**{"f": 1, "function": 2, "self": 3}) != {"f": 1, "function": 2, "self": 3}:
        api.user.set_app_metadata("escaped", str(1))
