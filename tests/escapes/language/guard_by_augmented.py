# origin: own
# technique: += on a guard's name
# goal: language
# outcome: refused:underscore-name

_getattr_ += 1
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(1))
