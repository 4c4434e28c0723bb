# origin: own
# technique: statements made at run time
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    exec("import os")
    api.user.set_app_metadata("escaped", str(1))
