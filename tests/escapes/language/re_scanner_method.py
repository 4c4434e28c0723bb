# origin: own
# technique: pattern.scanner() is a C object with its own pattern
# goal: language
# outcome: RAISED:AttributeError

import re
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(re.compile("a").scanner("a").pattern))
