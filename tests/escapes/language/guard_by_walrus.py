# origin: own
# technique: a walrus rebinds a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str((_getattr_ := lambda thing, name: thing)))
