# origin: sandbox-facts 2.4
# technique: setattr writes names that the compiler never saw
# goal: language
# outcome: refused:name-not-available

class A:
    pass
def on_execute_post_login(event, api):
    setattr(A, "__class__", str)
    api.user.set_app_metadata("escaped", str(A()))
