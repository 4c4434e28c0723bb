# origin: own
# technique: a submodule beside the listed one
# goal: language
# outcome: refused:import-not-allowed

import urllib.request
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(urllib.request.urlopen("http://127.0.0.1")))
