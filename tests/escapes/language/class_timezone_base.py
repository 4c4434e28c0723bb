# origin: own
# technique: a subclass of timezone is called back by datetime in C
# goal: language
# outcome: RAISED:TypeError

import datetime
def on_execute_post_login(event, api):
    class Lie(datetime.timezone):
        def utcoffset(self, moment):
            return datetime.timedelta(0)
    api.user.set_app_metadata("escaped", str(Lie))
