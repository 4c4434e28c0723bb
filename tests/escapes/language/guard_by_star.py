# origin: own
# technique: a starred target is a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    first, *_getattr_ = [1, 2]
    api.user.set_app_metadata("escaped", str((1).real))
