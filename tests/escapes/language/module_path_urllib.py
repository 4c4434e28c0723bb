# origin: sandbox-facts 4
# technique: urllib.parse.sys
# goal: language
# outcome: refused:member-not-allowed

import urllib.parse
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(urllib.parse.sys))
