# origin: CVE-2026-76825
# technique: string.Formatter().vformat reads attributes
# goal: language
# outcome: refused:member-not-allowed

from string import Formatter
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Formatter().vformat("{0.__class__}", (1,), {})))
