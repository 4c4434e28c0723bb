# origin: CVE-2026-76825
# technique: string.Formatter().get_field reads attributes
# goal: language
# outcome: refused:member-not-allowed

import string
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(string.Formatter().get_field("0.__class__", (1,), {})))
