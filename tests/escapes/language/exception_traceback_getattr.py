# origin: sandbox-facts 4
# technique: the traceback by a name made at run time
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    try:
        1 / 0
    except Exception as error:
        api.user.set_app_metadata("escaped", str(getattr(error, "__trace" + "back__")))
