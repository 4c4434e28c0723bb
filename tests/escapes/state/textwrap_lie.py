# origin: own
# technique: textwrap is given an object whose expandtabs() lies
# goal: state
# outcome: RAISED:TypeError

import textwrap
class Lie:
    def expandtabs(self, *rest):
        return self
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(textwrap.wrap(Lie())))
