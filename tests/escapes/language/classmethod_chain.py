# origin: own
# technique: classmethod around property around a C function
# goal: language
# outcome: RAISED:TypeError

class A:
    x = classmethod(property(str.lower))
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A.x()))
