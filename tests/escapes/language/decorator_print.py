# origin: own
# technique: built-in functions as decorators
# goal: language
# outcome: COMPLETED

@print
def f():
    pass
@repr
class A:
    pass
def on_execute_post_login(event, api):
    if f is not None or "escaped" in A:
        api.user.set_app_metadata("escaped", str(A))
