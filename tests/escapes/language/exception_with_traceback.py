# origin: sandbox-facts 4
# technique: with_traceback returns the exception with the runtime's frames
# goal: language
# outcome: refused:attribute-not-allowed

def on_execute_post_login(event, api):
    try:
        1 / 0
    except Exception as error:
        api.user.set_app_metadata("escaped", str(error.with_traceback(None)))
