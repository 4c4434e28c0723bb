# origin: sandbox-facts 3
# technique: a bare annotation makes a guard local and unbound
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    _write_: int
    api.user.set_app_metadata("escaped", str(1))
