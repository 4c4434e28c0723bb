# origin: sandbox-facts 3
# technique: __match_args__ of a script's class names what C reads
# goal: language
# outcome: refused:pattern-class | refused:underscore-name

class A:
    __match_args__ = ("__class__",)
def on_execute_post_login(event, api):
    match A():
        case A(found):
            api.user.set_app_metadata("escaped", str(found))
