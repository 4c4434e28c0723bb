# origin: CVE-2026-55830
# technique: a positional-only argument of a lambda shadows _write_
# goal: language
# outcome: refused:underscore-name

import json
def on_execute_post_login(event, api):
    (lambda _write_, /: None)(lambda thing: thing)
    api.user.set_app_metadata("escaped", str(1))
