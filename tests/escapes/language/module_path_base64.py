# origin: sandbox-facts 4
# technique: base64.re.enum.sys
# goal: language
# outcome: refused:member-not-allowed

import base64
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(base64.re))
