# origin: sandbox-facts 2.4
# technique: dir(x) lists what there is to reach
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(dir(api)))
