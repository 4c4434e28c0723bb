# origin: own
# technique: a decorator receives a class before its name is checked
# goal: language
# outcome: RAISED:AttributeError

def look(kind):
    return getattr(kind, "__dict__")
@look
class A:
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A))
