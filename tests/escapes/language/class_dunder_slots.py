# origin: own
# technique: __slots__ makes C descriptors
# goal: language
# outcome: refused:underscore-name

class Lie:
    __slots__ = ("a",)
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie.a))
