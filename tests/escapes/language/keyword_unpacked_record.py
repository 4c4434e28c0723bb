# origin: own
# technique: the event is unpacked into a call's keywords
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.user.set_app_metadata(**event)))
