# origin: sandbox-facts 4
# technique: a subclass of AttributeError has obj in a C field
# goal: language
# outcome: RAISED:TypeError

def on_execute_post_login(event, api):
    class Lie(AttributeError):
        pass
    api.user.set_app_metadata("escaped", str(Lie("a", obj=1)))
