# origin: sandbox-facts 2.1
# technique: annotations hold code that some evaluate
# goal: language
# outcome: COMPLETED

def f(a: api.user._recorder, *b: __import__("os"), **c: eval("1")) -> print("annotated"):
    x: __builtins__ = 1
    return x
class A:
    y: open("/etc/passwd") = 1
def on_execute_post_login(event, api):
    if f(1) != 1:
        api.user.set_app_metadata("escaped", str(1))
