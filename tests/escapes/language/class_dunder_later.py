# origin: own
# technique: a special method is put on the class afterwards
# goal: language
# outcome: refused:underscore-attribute

class Lie:
    pass
def on_execute_post_login(event, api):
    Lie.__call__ = lambda self: 1
    api.user.set_app_metadata("escaped", str(Lie()()))
