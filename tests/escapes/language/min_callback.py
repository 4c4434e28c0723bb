# origin: own
# technique: min compares objects whose __lt__ reads the other one
# goal: language
# outcome: COMPLETED

class Lie:
    def __lt__(self, other):
        seen.append(other)
        return False
seen = []
def on_execute_post_login(event, api):
    for thing in (api, event, api.user, event.secrets, print):
        try:
            min(thing, Lie())
            max(Lie(), thing)
        except TypeError:
            pass
    for thing in seen:
        for name in ("_recorder", "_data", "__class__", "__self__"):
            if hasattr(thing, name):
                api.user.set_app_metadata("escaped", str(name))
