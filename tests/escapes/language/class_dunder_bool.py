# origin: own
# technique: __bool__ lies to the runtime's tests
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __bool__(self):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(bool(Lie())))
