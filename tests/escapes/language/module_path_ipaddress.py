# origin: sandbox-facts 4
# technique: ipaddress.functools
# goal: language
# outcome: refused:member-not-allowed

import ipaddress
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(ipaddress.functools))
