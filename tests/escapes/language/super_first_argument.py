# origin: own
# technique: the method's first argument is swapped for a facade before super()
# goal: language
# outcome: RAISED:TypeError

class A:
    def f(self, other):
        self = other
        return super().set_app_metadata
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A().f(api.user)))
