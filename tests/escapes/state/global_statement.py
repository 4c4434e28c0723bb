# origin: own
# technique: a global that a function binds
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    global kept
    try:
        if kept:
            api.user.set_app_metadata("escaped", str(kept))
    except NameError:
        pass
    kept = 1
