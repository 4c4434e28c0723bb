# origin: own
# technique: a tenant class's own class as a base makes a metaclass
# goal: language
# outcome: RAISED:AttributeError

class A:
    pass
def on_execute_post_login(event, api):
    class Lie(getattr(A, "__class__")):
        pass
    api.user.set_app_metadata("escaped", str(Lie))
