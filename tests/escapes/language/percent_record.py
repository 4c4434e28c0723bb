# origin: own
# technique: percent formatting looks names up in the event in C
# goal: language
# outcome: RAISED:KeyError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("%(__class__)s %(_data)s" % event))
