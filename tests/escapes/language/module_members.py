# origin: own
# technique: the facade's own table of members
# goal: language
# outcome: refused:underscore-attribute

import json
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(json._members))
