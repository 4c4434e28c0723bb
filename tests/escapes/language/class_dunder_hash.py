# origin: own
# technique: __hash__ with __eq__ makes keys that lie inside the runtime's caches
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __hash__(self):
        return hash("a")
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str({"a": 1}[Lie()]))
