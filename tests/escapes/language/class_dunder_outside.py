# origin: own
# technique: a special method's name for a plain function
# goal: language
# outcome: refused:underscore-name

def __init__(self):
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(1))
