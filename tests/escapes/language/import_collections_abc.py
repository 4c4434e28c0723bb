# origin: own
# technique: collections.abc leads to sys in 3.13
# goal: language
# outcome: refused:import-not-allowed

import collections.abc
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(collections.abc.sys))
