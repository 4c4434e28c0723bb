# origin: own
# technique: a function's globals, code, closure and defaults
# goal: language
# outcome: refused:underscore-attribute

def f(a=[]):
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f.__globals__))
