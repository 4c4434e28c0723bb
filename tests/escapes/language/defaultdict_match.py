# origin: own
# technique: a mapping pattern looks into a defaultdict without its factory
# goal: language
# outcome: COMPLETED

import collections
def on_execute_post_login(event, api):
    match collections.defaultdict(lambda: api.user):
        case {"_recorder": found}:
            api.user.set_app_metadata("escaped", str(found))
