# origin: own
# technique: staticmethod keeps what it wraps
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(staticmethod(print), "__wrapped__")))
