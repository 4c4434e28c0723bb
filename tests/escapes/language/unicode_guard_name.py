# origin: own
# technique: a fullwidth underscore becomes the guard's name when the parser normalises it
# goal: language
# outcome: refused:syntax-error

def on_execute_post_login(event, api):
    ＿getattr＿ = lambda thing, name: thing
    api.user.set_app_metadata("escaped", str((1).real))
