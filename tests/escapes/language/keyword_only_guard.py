# origin: CVE-2026-55830
# technique: a keyword-only argument shadows a guard
# goal: language
# outcome: refused:underscore-name

def on_execute_post_login(event, api):
    def f(*, _getitem_=lambda a, b: a):
        return [1][0]
    api.user.set_app_metadata("escaped", str(f()))
