# origin: sandbox-facts 2.4
# technique: type() with three arguments makes a class without the metaclass
# goal: language
# outcome: refused:name-not-available

def on_execute_post_login(event, api):
    Lie = type("Lie", (str,), {"startswith": lambda self, x: False})
    api.user.set_app_metadata("escaped", str(Lie("__class__")))
