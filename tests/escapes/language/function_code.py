# origin: own
# technique: a function's code object by getattr
# goal: language
# outcome: RAISED:AttributeError

def f():
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(f, "__code__")))
