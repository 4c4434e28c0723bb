# origin: own
# technique: transaction metadata shares the event's data
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(api.transaction, "_data")))
