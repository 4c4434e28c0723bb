# origin: sandbox-facts 3
# technique: the key of a mapping pattern is a dotted name
# goal: language
# outcome: refused:pattern-value

def on_execute_post_login(event, api):
    match {1: 2}:
        case {api.user: found}:
            api.user.set_app_metadata("escaped", str(found))
