# origin: own
# technique: a conversion before the specification hides the attribute
# goal: language
# outcome: RAISED:ValueError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{0.__class__!r:>10}".format(api)))
