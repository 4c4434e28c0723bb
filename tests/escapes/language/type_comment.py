# origin: own
# technique: a type comment holds code
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    x = 1  # type: __import__("os").system("true")
    for y in [1]:  # type: eval("1")
        x = y
    if x != 1:
        api.user.set_app_metadata("escaped", str(x))
