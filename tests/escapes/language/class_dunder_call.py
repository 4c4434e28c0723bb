# origin: own
# technique: __call__ of an instance
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __call__(self, *rest):
        return rest
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie()(1)))
