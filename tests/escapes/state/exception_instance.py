# origin: own
# technique: an exception of the runtime is marked and met again
# goal: state
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    try:
        api.nope
    except AttributeError as error:
        if getattr(error, "left", None):
            api.user.set_app_metadata("escaped", str(error))
        error.left = 1
