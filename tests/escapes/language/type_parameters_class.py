# origin: sandbox-facts 2.1
# technique: a class with type parameters gets typing.Generic as its base
# goal: language
# outcome: refused:type-parameters | refused:syntax-error

class A[T]:
    pass
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A()))
