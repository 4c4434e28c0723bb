# origin: own
# technique: property.fget is the function behind
# goal: language
# outcome: RAISED:AttributeError

class A:
    @property
    def x(self):
        return 1
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A.x.fget))
