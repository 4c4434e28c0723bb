# origin: sandbox-facts 4
# technique: the context of an error raised while handling one of the runtime's
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    try:
        try:
            api.user.set_app_metadata("a", {"b": {1, 2}})
        except TypeError:
            raise ValueError("mine")
    except ValueError as error:
        api.user.set_app_metadata("escaped", str(getattr(error, "__context__")))
