# origin: own
# technique: an object's attribute passes _write_ and is stored on the facade's class
# goal: language
# outcome: RAISED:AttributeError

class A:
    pass
def on_execute_post_login(event, api):
    a = A()
    a.x = api.user
    kind = getattr(a.x, "__class__")
    kind.public = frozenset(["_recorder"])
    api.user.set_app_metadata("escaped", str(1))
