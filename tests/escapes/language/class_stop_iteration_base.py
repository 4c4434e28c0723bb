# origin: own
# technique: a subclass of StopIteration ends the runtime's loops
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(StopIteration):
        pass
    raise Lie(api)
