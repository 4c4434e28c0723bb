# origin: sandbox-facts 2.4
# technique: vars(x) is __dict__ by another name
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(vars(api)))
