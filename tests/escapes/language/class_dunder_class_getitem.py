# origin: own
# technique: __class_getitem__ is called by C
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __class_getitem__(cls, item):
        return cls
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie[1]))
