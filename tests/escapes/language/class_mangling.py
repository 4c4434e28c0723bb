# origin: own
# technique: a name mangled by its class turns into another private one
# goal: language
# outcome: refused:underscore-attribute

class getattr_:
    def f(self):
        return self.__x
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr_().f()))
