# origin: langflow CVE-2026-10561
# technique: json.decoder is a submodule
# goal: language
# outcome: refused:import-not-allowed

import json.decoder
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json.decoder.scanner))
