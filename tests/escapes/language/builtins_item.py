# origin: own
# technique: __builtins__ is a dict in the namespace
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(__builtins__["__import__"]("os")))
