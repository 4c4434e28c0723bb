# origin: own
# technique: a C method borrowed by a script's class meets a foreign object
# goal: language
# outcome: RAISED:TypeError

import datetime
class Lie:
    shift = datetime.datetime.isoformat
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Lie().shift()))
