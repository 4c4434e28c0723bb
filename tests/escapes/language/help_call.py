# origin: own
# technique: help, exit, quit are the site module's
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(help(api)))
