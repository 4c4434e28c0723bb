# origin: sandbox-facts 4
# technique: a partial shows its function and arguments
# goal: language
# outcome: refused:member-not-allowed

from functools import partial
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(partial(print).func))
