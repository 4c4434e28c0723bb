# origin: own
# technique: super() in a class method over names of object
# goal: language
# outcome: RAISED:AttributeError

class A:
    @classmethod
    def f(cls):
        return getattr(super().__init__, "__objclass__")
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A.f()))
