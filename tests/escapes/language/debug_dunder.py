# origin: own
# technique: __debug__ is a constant of the compiler, not a name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(__debug__))
