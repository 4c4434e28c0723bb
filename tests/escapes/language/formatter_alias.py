# origin: CVE-2026-76825
# technique: the module under another name, the member under another name
# goal: language
# outcome: refused:member-not-allowed

import string as words
def on_execute_post_login(event, api):
    f = words.Formatter
    api.user.set_app_metadata("escaped", str(f().format("{0.__class__}", 1)))
