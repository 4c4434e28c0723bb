# origin: CVE-2026-55830
# technique: *_getattr_ collects arguments under a guard's name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    def f(*_getattr_):
        return (1).real
    api.user.set_app_metadata("escaped", str(f(1)))
