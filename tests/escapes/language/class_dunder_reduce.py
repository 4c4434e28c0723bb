# origin: own
# technique: __reduce__ names a callable for copies
# goal: language
# outcome: refused:underscore-name

import copy
class Lie:
    def __reduce__(self):
        return (print, ("reduced",))
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(copy.deepcopy(Lie())))
