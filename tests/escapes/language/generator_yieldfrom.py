# origin: CVE-2023-37271
# technique: gi_yieldfrom leads to the inner generator of a delegating one
# goal: language
# outcome: refused:attribute-not-allowed

def on_execute_post_login(event, api):
    def inner():
        yield 1
    def outer():
        yield from inner()
    g = outer()
    next(g)
    api.user.set_app_metadata("escaped", str(g.gi_yieldfrom))
