# origin: sandbox-facts 3
# technique: an augmented assignment of a private attribute
# goal: language
# outcome: refused:underscore-attribute

class A:
    pass
def on_execute_post_login(event, api):
    A._x += 1
    api.user.set_app_metadata("escaped", str(1))
