# origin: own
# technique: a presentation form of the underscore (U+FE33) normalises to it
# goal: language
# outcome: refused:syntax-error

def on_execute_post_login(event, api):
    ︳︳builtins︳︳ = 1
    api.user.set_app_metadata("escaped", str(1))
