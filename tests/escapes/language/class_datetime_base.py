# origin: own
# technique: a subclass of datetime with its own isoformat
# goal: language
# outcome: RAISED:TypeError

import datetime
def on_execute_post_login(event, api):
    class Lie(datetime.datetime):
        def isoformat(self):
            return api
    api.user.set_app_metadata("escaped", str(Lie(2026, 1, 1)))
