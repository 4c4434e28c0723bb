# origin: sandbox-facts 4
# technique: from random import _os under another name
# goal: language
# outcome: refused:member-not-allowed

from random import _os as system
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(system))
