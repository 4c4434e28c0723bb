# origin: own
# technique: globals() is the script's namespace with the guards in it
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(globals()["_getattr_"]))
