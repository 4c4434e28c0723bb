# origin: own
# technique: an object's __format__ gets a specification that walks
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f"{api:0.__class__}"))
