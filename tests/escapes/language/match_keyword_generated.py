# origin: own
# technique: a class pattern names a guard as its class
# goal: language
# outcome: refused:pattern-class | refused:underscore-name

def on_execute_post_login(event, api):
    match 1:
        case _getattr_(found):
            api.user.set_app_metadata("escaped", str(found))
