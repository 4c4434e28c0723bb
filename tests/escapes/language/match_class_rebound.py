# origin: sandbox-facts 3
# technique: the name str of a class pattern is rebound to a class with attributes
# goal: language
# outcome: refused:pattern-class

import re
def on_execute_post_login(event, api):
    str = re.Match
    match re.match("a", "a"):
        case str(found):
            api.user.set_app_metadata("escaped", str(found))
