# origin: CVE-2026-76825
# technique: the class is read from the module by getattr
# goal: language
# outcome: RAISED:AttributeError

import string
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(string, "Formatter")().format("{0.__class__}", 1)))
