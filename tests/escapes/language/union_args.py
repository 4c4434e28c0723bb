# origin: own
# technique: int | str has __args__
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(int | str, "__args__")))
