# origin: own
# technique: a field of the event is replaced
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    event.user = {"user_id": "other"}
    api.user.set_app_metadata("escaped", str(event.user))
