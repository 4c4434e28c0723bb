# origin: own
# technique: a relative import of a listed module
# goal: language
# outcome: refused:relative-import

from .json import loads
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(loads))
