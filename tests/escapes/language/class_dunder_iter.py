# origin: own
# technique: __iter__ makes C code call a script's generator
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __iter__(self):
        return self
    def __next__(self):
        return 1
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(max(Lie())))
