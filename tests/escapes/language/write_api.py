# origin: own
# technique: a method of the api is replaced
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata = print
    api.user.set_app_metadata("escaped", str(1))
