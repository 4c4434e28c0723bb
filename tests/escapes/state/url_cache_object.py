# origin: own
# technique: an object is handed to a function that caches its arguments
# goal: state
# outcome: RAISED:TypeError

import urllib.parse
class Lie:
    pass
def on_execute_post_login(event, api):
    urllib.parse.urlsplit(Lie())
