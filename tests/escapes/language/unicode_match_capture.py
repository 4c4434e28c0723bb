# origin: sandbox-facts 3
# technique: a capture in fullwidth letters rebinds a guard
# goal: language
# outcome: refused:syntax-error

def on_execute_post_login(event, api):
    match {"a": 1}:
        case {"a": ＿write＿}:
            api.user.set_app_metadata("escaped", str(1))
