# origin: own
# technique: locals() in a class body or at the top is a namespace
# goal: language
# outcome: refused:name-not-available

found = locals()
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(found["__builtins__"]))
