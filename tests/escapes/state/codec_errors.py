# origin: own
# technique: an error handler's name is looked up in a registry that lasts
# goal: state
# outcome: RAISED:LookupError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("\u0100".encode("ascii", "left")))
