# origin: own
# technique: urlunsplit decodes objects by their own decode()
# goal: language
# outcome: COMPLETED

import urllib.parse
class Lie:
    def __init__(self):
        self.seen = []
    def decode(self, *rest):
        self.seen.append(rest)
        return "a"
def on_execute_post_login(event, api):
    lie = Lie()
    try:
        urllib.parse.urlunsplit((lie, lie, lie, lie, lie))
    except (TypeError, AttributeError):
        pass
    strange = [part for rest in lie.seen for part in rest if not isinstance(part, str)]
    if strange:
        api.user.set_app_metadata("escaped", str(strange))
