# origin: CVE-2026-55830
# technique: **_apply_ collects keywords under a guard's name
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    def f(**_apply_):
        return f(*[])
    api.user.set_app_metadata("escaped", str(f()))
