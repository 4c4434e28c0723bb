# origin: CVE-2026-55830
# technique: a positional-only argument in fullwidth letters shadows a guard
# goal: language
# outcome: refused:syntax-error

def on_execute_post_login(event, api):
    def f(＿getattr＿, /):
        return (1).real
    api.user.set_app_metadata("escaped", str(f(lambda thing, name: thing)))
