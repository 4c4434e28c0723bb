# origin: RestrictedPython 7.2
# technique: bytes are the name
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(1, b"__class__")))
