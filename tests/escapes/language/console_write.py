# origin: own
# technique: console.log is replaced
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    console.log = print
    api.user.set_app_metadata("escaped", str(1))
