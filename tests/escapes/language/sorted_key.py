# origin: own
# technique: sorted's key gets names and C calls getattr
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(sorted(["_recorder"], key=lambda name: getattr(api.user, name))))
