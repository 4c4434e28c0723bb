# origin: sandbox-facts 3
# technique: a dotted name in a pattern is read in C
# goal: language
# outcome: refused:pattern-value

def on_execute_post_login(event, api):
    match 1:
        case api.user:
            api.user.set_app_metadata("escaped", str(1))
