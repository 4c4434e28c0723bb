# origin: own
# technique: a class with get() and keys() passes for a mapping
# goal: language
# outcome: COMPLETED

class Lie:
    def keys(self):
        return ["a"]
    def get(self, key, default):
        return default
def on_execute_post_login(event, api):
    match Lie():
        case {"a": found}:
            api.user.set_app_metadata("escaped", str(found))
