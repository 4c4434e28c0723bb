# origin: own
# technique: a UUID whose number is an object of the script's
# goal: language
# outcome: COMPLETED

import uuid
class Lie:
    def __ge__(self, other):
        return True
    def __gt__(self, other):
        return True
    def __lt__(self, other):
        return True
    def __le__(self, other):
        return True
def on_execute_post_login(event, api):
    try:
        made = uuid.UUID(int=Lie())
    except (TypeError, ValueError):
        made = None
    print(made)
    for find in (lambda: str(made), lambda: hash(made), lambda: made.hex, lambda: made.bytes, lambda: made.urn):
        try:
            text = find()
        except (TypeError, AttributeError):
            continue
        if isinstance(text, str) and "Lie" in text:
            api.user.set_app_metadata("escaped", str(text))
