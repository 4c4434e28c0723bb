# origin: sandbox-facts 4
# technique: a class's name is a mile long and holds half a surrogate
# goal: language
# outcome: RAISED:Lie

class Lie(Exception):
    pass
def on_execute_post_login(event, api):
    error = Lie(chr(0xD800) * 5000)
    error.message = error
    raise error
