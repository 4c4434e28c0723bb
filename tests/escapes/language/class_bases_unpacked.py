# origin: own
# technique: base classes come out of an unpacked list
# goal: language
# outcome: refused:class-bases

def on_execute_post_login(event, api):
    class A(*[str]):
        pass
    api.user.set_app_metadata("escaped", str(A("x")))
