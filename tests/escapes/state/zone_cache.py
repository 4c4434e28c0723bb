# origin: sandbox-facts 4
# technique: the zone that all share is changed
# goal: state
# outcome: RAISED:TypeError

import zoneinfo
def on_execute_post_login(event, api):
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    zone.left = 1
