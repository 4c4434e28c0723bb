# origin: sandbox-facts 2.4
# technique: type(x) hands out the class of anything
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(type(api)))
