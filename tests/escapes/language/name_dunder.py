# origin: own
# technique: the module's name tells where it runs
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(__name__))
