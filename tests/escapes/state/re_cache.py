# origin: sandbox-facts 4
# technique: a pattern in the module's cache is changed
# goal: state
# outcome: COMPLETED

import re
def on_execute_post_login(event, api):
    pattern = re.compile("(?P<left>a)")
    try:
        pattern.left = 1
    except TypeError:
        pass
    try:
        if re.compile("(?P<left>a)").left:
            api.user.set_app_metadata("escaped", str("pattern"))
    except AttributeError:
        pass
