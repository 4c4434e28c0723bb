# origin: own
# technique: the compiler's temporary names are read between two uses
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    d = {"a": [1]}
    d["a"] += [_tmp1]
    api.user.set_app_metadata("escaped", str(d))
