# origin: own
# technique: singledispatch keeps a registry in a mapping proxy
# goal: language
# outcome: refused:member-not-allowed

from functools import singledispatch
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(singledispatch(print).registry))
