# origin: own
# technique: both spellings of the handler exist and replace each other while one runs
# goal: language
# outcome: COMPLETED

def onExecutePostLogin(event, api):
    global on_execute_post_login
    on_execute_post_login = None
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str("both ran"))
