# origin: own
# technique: the letters of a guard's name in fullwidth, which the parser normalises
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    _ｇｅｔａｔｔｒ_ = lambda thing, name: thing
    api.user.set_app_metadata("escaped", str((1).real))
