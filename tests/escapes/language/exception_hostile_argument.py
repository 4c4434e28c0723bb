# origin: sandbox-facts 4
# technique: the error's argument lies about its text while the runtime describes it
# goal: language
# outcome: RAISED:Lie

class Part:
    def __eq__(self, other):
        return True
    def encode(self, *rest):
        return b"escaped"
class Lie(Exception):
    pass
def on_execute_post_login(event, api):
    error = Lie(Part())
    error.args = [Part(), Part()]
    raise error
