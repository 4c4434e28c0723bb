# origin: own
# technique: the set of all zones is changed for the next caller
# goal: state
# outcome: COMPLETED

import zoneinfo
def on_execute_post_login(event, api):
    zones = zoneinfo.available_timezones()
    if "Left/Here" in zones:
        api.user.set_app_metadata("escaped", str("zones"))
    zones.add("Left/Here")
    zones.discard("UTC")
