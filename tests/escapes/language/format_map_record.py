# origin: own
# technique: format_map over the event's record
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    walk = getattr("{user.__class__}", "format_map")
    api.user.set_app_metadata("escaped", str(walk(event)))
