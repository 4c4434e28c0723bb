# origin: own
# technique: open() in its plainest form
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(open("/etc/passwd").read()))
