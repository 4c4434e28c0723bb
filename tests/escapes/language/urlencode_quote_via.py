# origin: own
# technique: urlencode calls quote_via with its own arguments
# goal: language
# outcome: RAISED:TypeError

import urllib.parse
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(urllib.parse.urlencode({"a": "b"}, quote_via=lambda *rest: str(rest))))
