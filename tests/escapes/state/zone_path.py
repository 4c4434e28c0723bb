# origin: own
# technique: a zone's name walks out of the zone directory
# goal: state
# outcome: RAISED:ZoneNotFoundError

import zoneinfo
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(zoneinfo.ZoneInfo("../../../../etc/passwd")))
