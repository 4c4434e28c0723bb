# origin: sandbox-facts 3
# technique: case ... as binds a guard's name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    match 1:
        case 1 as _getattr_:
            api.user.set_app_metadata("escaped", str((1).real))
