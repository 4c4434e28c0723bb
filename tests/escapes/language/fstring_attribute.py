# origin: own
# technique: an f-string reads a private attribute of its value
# goal: language
# outcome: refused:underscore-attribute

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f"{api.__class__}"))
