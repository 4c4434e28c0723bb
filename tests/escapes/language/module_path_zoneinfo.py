# origin: own
# technique: zoneinfo.TZPATH and _tzpath read files
# goal: language
# outcome: refused:member-not-allowed

import zoneinfo
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(zoneinfo.TZPATH))
