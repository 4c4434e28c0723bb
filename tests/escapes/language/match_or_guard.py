# origin: sandbox-facts 3
# technique: alternatives bind a guard's name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    match 1:
        case [_getiter_] | _getiter_:
            api.user.set_app_metadata("escaped", str(1))
