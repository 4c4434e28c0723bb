# origin: own
# technique: super() as a value
# goal: language
# outcome: refused:super-form

class A:
    def f(self):
        return super()
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().f()))
