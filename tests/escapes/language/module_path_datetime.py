# origin: sandbox-facts 4
# technique: datetime.sys in 3.11
# goal: language
# outcome: refused:member-not-allowed

import datetime
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(datetime.sys))
