# origin: own
# technique: global __builtins__ swaps the table of built-in names
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    global __builtins__
    __builtins__ = {"eval": 1}
    api.user.set_app_metadata("escaped", str(1))
