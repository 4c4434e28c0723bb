# origin: sandbox-facts 2.4
# technique: BaseException catches what the runtime raises to end a script
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    try:
        raise ValueError(1)
    except BaseException as error:
        api.user.set_app_metadata("escaped", str(error))
