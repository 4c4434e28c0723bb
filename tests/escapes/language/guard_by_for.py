# origin: own
# technique: a for loop's target is a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    for _getattr_ in [lambda thing, name: thing]:
        api.user.set_app_metadata("escaped", str((1).real))
