# origin: sandbox-facts 2.4
# technique: metaclass= in a class statement
# goal: language
# outcome: refused:class-keyword

def on_execute_post_login(event, api):
    class A(metaclass=print):
        pass
    api.user.set_app_metadata("escaped", str(A))
