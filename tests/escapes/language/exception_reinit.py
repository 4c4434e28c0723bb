# origin: own
# technique: super().__init__ of a class method re-makes an exception of the runtime's
# goal: language
# outcome: COMPLETED

class Lie(Exception):
    @classmethod
    def take(cls):
        return super().__init__
def on_execute_post_login(event, api):
    write = Lie.take()
    try:
        api.nope
    except AttributeError as error:
        write(error, api)
        if getattr(error.args[0], "_recorder", None) is not None:
            api.user.set_app_metadata("escaped", str(error.args))
