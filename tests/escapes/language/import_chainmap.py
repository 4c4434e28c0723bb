# origin: own
# technique: ChainMap.maps is the inner mapping
# goal: language
# outcome: refused:member-not-allowed

from collections import ChainMap
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(ChainMap({}).maps))
