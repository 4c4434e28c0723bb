# origin: own
# technique: super() over a class reaches type's own methods
# goal: language
# outcome: refused:attribute-not-allowed

class A:
    @classmethod
    def f(cls):
        return super().mro()
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A.f()))
