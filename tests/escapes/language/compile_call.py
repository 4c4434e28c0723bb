# origin: own
# technique: compile() gives code objects
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(compile("1", "a", "eval")))
