# origin: own
# technique: a relative import reaches the package around
# goal: language
# outcome: refused:relative-import

from . import policy
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(policy))
