# origin: sandbox-facts 3
# technique: nonlocal names a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    def f():
        nonlocal _getattr_
        _getattr_ = 1
    f()
