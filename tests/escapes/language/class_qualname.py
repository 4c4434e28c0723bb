# origin: own
# technique: __qualname__ and __module__ in a class body
# goal: language
# outcome: refused:underscore-name

class Lie:
    __module__ = "os"
    __qualname__ = "path"
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie))
