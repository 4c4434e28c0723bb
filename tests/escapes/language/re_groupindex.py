# origin: own
# technique: a pattern's groupindex is a mapping proxy over a cached dict
# goal: language
# outcome: RAISED:AttributeError

import re
def on_execute_post_login(event, api):
    class Lie:
        def __eq__(self, other):
            other["a"] = 5
            return True
    table = re.compile("(?P<a>b)").groupindex
    if table == Lie():
        api.user.set_app_metadata("escaped", str(table))
