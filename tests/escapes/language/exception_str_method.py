# origin: sandbox-facts 4
# technique: an exception's __str__ runs in the runtime when the error is described
# goal: language
# outcome: refused:underscore-name

class Lie(Exception):
    def __str__(self):
        return "described"
def on_execute_post_login(event, api):
    raise Lie(1)
