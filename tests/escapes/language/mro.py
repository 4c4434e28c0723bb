# origin: sandbox-facts 2.2
# technique: mro() is a public name of every class
# goal: language
# outcome: refused:attribute-not-allowed

class A:
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A.mro()))
