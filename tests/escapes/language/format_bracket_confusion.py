# origin: own
# technique: unbalanced brackets make two parsers disagree about the field
# goal: language
# outcome: RAISED:ValueError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("{a[b].__class__}".format(a={"b": api})))
