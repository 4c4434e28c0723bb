# origin: own
# technique: a list's bound method gives its list back
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr([].append, "__self__")))
