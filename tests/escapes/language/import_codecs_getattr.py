# origin: langflow CVE-2026-10561
# technique: the same by getattr
# goal: language
# outcome: RAISED:AttributeError

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(getattr(json, "codecs")))
