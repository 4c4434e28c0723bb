# origin: own
# technique: an exception is kept with all its frames
# goal: state
# outcome: COMPLETED

kept = []
def on_execute_post_login(event, api):
    try:
        api.user.set_app_metadata("a", {1: 2})
    except TypeError as error:
        kept.append(error)
        if len(kept) > 1:
            api.user.set_app_metadata("escaped", str(kept))
