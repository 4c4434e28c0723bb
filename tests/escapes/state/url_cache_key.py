# origin: own
# technique: a number equal to another is met in a typed cache
# goal: state
# outcome: COMPLETED

import urllib.parse
def on_execute_post_login(event, api):
    for value in (1, True, 1.0):
        try:
            urllib.parse.quote("a/b", safe=value)
        except TypeError:
            pass
    if urllib.parse.quote("a/b") != "a/b" or urllib.parse.quote("a/b", "") != "a%2Fb":
        api.user.set_app_metadata("escaped", str("quote"))
