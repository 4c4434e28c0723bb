# origin: own
# technique: global with letters that the parser normalises
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    global _ｗrite_
    _write_ = lambda thing: thing
