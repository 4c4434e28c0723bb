# origin: own
# technique: __import__ by its name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(__import__("os")))
