# origin: own
# technique: re.sub's callback gets the match and with it the pattern
# goal: language
# outcome: RAISED:AttributeError

import re
def on_execute_post_login(event, api):
    def look(match):
        return str(getattr(match.re, "groupindex"))
    api.user.set_app_metadata("escaped", str(re.sub("(?P<a>a)", look, "a")))
