# origin: own
# technique: private names by item, which passes no attribute check
# goal: language
# outcome: RAISED:KeyError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(event["__class__"]))
