# origin: own
# technique: the format specification of an f-string is hoped to walk
# goal: language
# outcome: RAISED:ValueError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f"{1:{'{0.__class__}'}}"))
