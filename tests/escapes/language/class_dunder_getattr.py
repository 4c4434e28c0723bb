# origin: own
# technique: __getattr__ of a script's class is called in C
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __getattr__(self, name):
        return name
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie().nowhere))
