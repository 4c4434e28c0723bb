# origin: own
# technique: a bound class method has __func__ and __self__
# goal: language
# outcome: refused:underscore-attribute

class A:
    @classmethod
    def x(cls):
        return 1
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A.x.__func__))
