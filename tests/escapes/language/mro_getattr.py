# origin: sandbox-facts 2.2
# technique: mro by getattr on a script's class
# goal: language
# outcome: RAISED:AttributeError

class A:
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(A, "mro")()))
