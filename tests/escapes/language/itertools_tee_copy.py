# origin: own
# technique: tee copies iterators by their __copy__
# goal: language
# outcome: RAISED:TypeError

import itertools
class Lie:
    def copy(self):
        return [1]
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(itertools.tee(Lie())))
