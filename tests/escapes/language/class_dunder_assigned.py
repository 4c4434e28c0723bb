# origin: own
# technique: a special method is assigned instead of defined
# goal: language
# outcome: refused:underscore-name

class Lie:
    __eq__ = lambda self, other: True
    __hash__ = None
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie()))
