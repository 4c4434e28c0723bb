# origin: sandbox-facts 3
# technique: the rest of a sequence pattern is bound to a guard's name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    match [1, 2]:
        case [x, *_getattr_]:
            api.user.set_app_metadata("escaped", str(x))
