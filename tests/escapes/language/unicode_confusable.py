# origin: own
# technique: a Greek letter looks like Latin and is another name
# goal: language
# outcome: RAISED:NameError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(οpen("/etc/passwd")))
