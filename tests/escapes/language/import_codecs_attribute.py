# origin: langflow CVE-2026-10561
# technique: json.codecs.sys.modules
# goal: language
# outcome: refused:member-not-allowed

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.codecs.sys.modules["os"]))
