# origin: own
# technique: __new__ gives another object
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __new__(cls):
        return api
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie()))
