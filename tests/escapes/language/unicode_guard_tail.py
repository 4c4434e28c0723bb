# origin: own
# technique: only the last underscore is another character
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    def f(_getattr＿, /):
        return (1).real
    api.user.set_app_metadata("escaped", str(f(lambda thing, name: thing)))
