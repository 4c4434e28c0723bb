# origin: own
# technique: ForwardRef evaluates text
# goal: language
# outcome: refused:member-not-allowed

from typing import ForwardRef
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(ForwardRef("api")))
