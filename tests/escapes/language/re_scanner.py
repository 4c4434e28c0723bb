# origin: sandbox-facts 4
# technique: re.Scanner calls back with itself
# goal: language
# outcome: refused:member-not-allowed

import re
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(re.Scanner([("a", lambda scanner, token: scanner)])))
