# origin: sandbox-facts 3
# technique: a dotted private name in a pattern is read in C
# goal: language
# outcome: refused:pattern-value | refused:underscore-attribute | refused:policy-invariant

def on_execute_post_login(event, api):
    match api:
        case api.__class__:
            api.user.set_app_metadata("escaped", str(1))
