# origin: own
# technique: code made at run time
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(eval("().__class__")))
