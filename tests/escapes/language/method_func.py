# origin: own
# technique: a bound method's function has the runtime's globals
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.user.set_app_metadata.__func__.__globals__))
