# origin: sandbox-facts 4
# technique: the cause of an error is read back
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    try:
        raise ValueError("a") from TypeError("b")
    except ValueError as error:
        api.user.set_app_metadata("escaped", str(error.__cause__))
