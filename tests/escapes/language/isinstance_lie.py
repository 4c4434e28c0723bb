# origin: own
# technique: an object's __class__ lies to isinstance
# goal: language
# outcome: refused:underscore-name

class Lie:
    __class__ = str
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(1, Lie())))
