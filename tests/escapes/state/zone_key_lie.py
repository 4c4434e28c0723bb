# origin: own
# technique: a zone's name is an object that equals every name
# goal: state
# outcome: RAISED:TypeError

import zoneinfo
class Lie:
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(zoneinfo.ZoneInfo(Lie())))
