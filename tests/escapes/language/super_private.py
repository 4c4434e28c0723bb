# origin: own
# technique: super() reads a private name
# goal: language
# outcome: refused:underscore-attribute

class A:
    def f(self):
        return super().__getattribute__("__class__")
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().f()))
