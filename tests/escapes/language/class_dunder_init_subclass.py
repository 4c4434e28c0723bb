# origin: own
# technique: __init_subclass__ runs when a class is made
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __init_subclass__(cls, **rest):
        cls.x = rest
class B(Lie):
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(B.x))
