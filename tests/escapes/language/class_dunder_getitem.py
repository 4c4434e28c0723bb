# origin: own
# technique: __getitem__ makes a class a mapping for C code
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __getitem__(self, key):
        return key
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("%(a)s" % Lie()))
