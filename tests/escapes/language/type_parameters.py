# origin: sandbox-facts 2.1
# technique: type parameters make scopes with hidden names
# goal: language
# outcome: refused:type-parameters | refused:syntax-error

def f[_getattr_](a):
    return (1).real
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(f(1)))
