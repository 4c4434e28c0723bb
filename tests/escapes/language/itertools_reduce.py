# origin: own
# technique: iterators carry their state in __reduce__ and __setstate__
# goal: language
# outcome: refused:underscore-attribute

import itertools
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(itertools.count().__reduce__()))
