# origin: own
# technique: the bound __init__ of super() carries its object
# goal: language
# outcome: refused:underscore-attribute

class A:
    def f(self):
        return super().__init__.__self__
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().f()))
