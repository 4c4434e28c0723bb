# origin: own
# technique: a fullwidth underscore is no underscore until something normalises it
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(1, "\uff3f\uff3fclass\uff3f\uff3f")))
