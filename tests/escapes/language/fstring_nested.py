# origin: own
# technique: a private attribute inside a nested specification
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f"{1:>{api.__sizeof__()}}"))
