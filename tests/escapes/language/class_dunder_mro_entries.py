# origin: own
# technique: __mro_entries__ puts other bases in
# goal: language
# outcome: refused:underscore-name

class Lie:
    def __mro_entries__(self, bases):
        return (str,)
class B(Lie()):
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(B("x")))
