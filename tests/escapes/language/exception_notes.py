# origin: own
# technique: notes on an exception are hoped to be written out by the runtime
# goal: language
# outcome: RAISED:Lie

class Lie(Exception):
    pass
def on_execute_post_login(event, api):
    error = Lie("a")
    error.add_note("b" * 100000)
    raise error
