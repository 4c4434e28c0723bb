# origin: own
# technique: a union of types as a base
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(int | str):
        pass
    api.user.set_app_metadata("escaped", str(Lie()))
