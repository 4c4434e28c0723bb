# origin: own
# technique: api.trigger is a member of an enumeration of the runtime
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(api.trigger))
