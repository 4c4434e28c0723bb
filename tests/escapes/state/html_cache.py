# origin: own
# technique: html.escape is given an object whose replace() lies
# goal: state
# outcome: RAISED:TypeError

import html
class Lie:
    def replace(self, *rest):
        return self
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(html.escape(Lie())))
