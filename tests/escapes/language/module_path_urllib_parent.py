# origin: own
# technique: the parent of urllib.parse has other submodules once somebody imported them
# goal: language
# outcome: refused:member-not-allowed

import urllib.parse
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(urllib.request))
