# origin: sandbox-facts 3
# technique: a mapping pattern captures into a guard's name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    match {"a": lambda thing: thing}:
        case {"a": _write_}:
            api.user.set_app_metadata("escaped", str(1))
