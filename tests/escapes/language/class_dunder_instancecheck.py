# origin: own
# technique: __instancecheck__ lies to isinstance
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __instancecheck__(self, thing):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(isinstance(1, Lie())))
