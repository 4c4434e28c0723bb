# origin: own
# technique: except ... as binds a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    try:
        1 / 0
    except Exception as _getattr_:
        api.user.set_app_metadata("escaped", str((1).real))
