# origin: own
# technique: a private slot of a facade is written
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user._recorder = None
    api.user.set_app_metadata("escaped", str(1))
