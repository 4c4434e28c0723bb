# origin: sandbox-facts 2.2
# technique: mro of a built-in class
# goal: language
# outcome: RAISED:AttributeError

def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(int, "m" + "ro")()))
