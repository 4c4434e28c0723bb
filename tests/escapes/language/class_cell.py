# origin: own
# technique: __class__ in a method is the cell that super() uses
# goal: language
# outcome: refused:underscore-name

class A:
    def f(self):
        return __class__
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().f()))
