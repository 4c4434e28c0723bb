# origin: own
# technique: __metaclass__ is rebound before a class statement
# goal: language
# outcome: refused:underscore-name

__metaclass__ = lambda name, bases, body, **rest: body
class A:
    x = 1
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(A))
