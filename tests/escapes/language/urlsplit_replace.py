# origin: own
# technique: a split address is a named tuple with _replace, _make and _fields
# goal: language
# outcome: refused:underscore-attribute

import urllib.parse
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(urllib.parse.urlsplit("http://a")._make([1, 2, 3, 4, 5])))
