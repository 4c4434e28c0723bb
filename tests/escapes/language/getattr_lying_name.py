# origin: RestrictedPython 7.2
# technique: a str subclass lies about its first letter
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(str):
        def startswith(self, x):
            return False
    api.user.set_app_metadata("escaped", str(getattr(1, Lie("__class__"))))
