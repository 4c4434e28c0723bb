# origin: own
# technique: __annotations__ of a function
# goal: language
# outcome: refused:underscore-attribute

def f(a: int):
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f.__annotations__))
