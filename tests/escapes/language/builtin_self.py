# origin: own
# technique: a built-in function's __self__ is the real builtins module
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(len.__self__.eval))
