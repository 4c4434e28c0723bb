# origin: sandbox-facts 3
# technique: the rest of a mapping pattern is bound to a guard's name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    match {"a": 1}:
        case {**_getitem_}:
            api.user.set_app_metadata("escaped", str(1))
