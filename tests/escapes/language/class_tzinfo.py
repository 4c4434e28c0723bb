# origin: own
# technique: tzinfo itself is made to be extended
# goal: language
# outcome: refused:member-not-allowed

import datetime
class Lie(datetime.tzinfo):
    def utcoffset(self, moment):
        return moment
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(datetime.datetime.now(Lie())))
