# origin: own
# technique: super under another name
# goal: language
# outcome: refused:super-form

look = super
class A:
    def f(self):
        return look(A, self)
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().f()))
