# origin: own
# technique: the zone cache is cleared or a zone is loaded from elsewhere
# goal: state
# outcome: RAISED:AttributeError

import zoneinfo
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(zoneinfo.ZoneInfo.clear_cache()))
