# origin: own
# technique: MemoryError as a base, to be taken for the runtime's
# goal: language
# outcome: refused:name-not-available

class Lie(MemoryError):
    pass
def on_execute_post_login(event, api):
    raise Lie()
