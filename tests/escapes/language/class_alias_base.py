# origin: own
# technique: a generic alias names its base in C
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(list[int]):
        pass
    api.user.set_app_metadata("escaped", str(Lie()))
