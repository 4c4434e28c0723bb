# origin: sandbox-facts 3
# technique: a capture with letters that the parser normalises rebinds a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    match {"a": 1}:
        case {"a": _ｗrite_}:
            api.user.set_app_metadata("escaped", str(1))
