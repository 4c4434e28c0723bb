# origin: sandbox-facts 4
# technique: a mapping proxy hands its dict to the other side's __eq__
# goal: language
# outcome: COMPLETED

import json, re, math, string
class Lie:
    def __eq__(self, other):
        if isinstance(other, dict):
            seen.append(other)
        return True
seen = []
def on_execute_post_login(event, api):
    lie = Lie()
    for thing in (json, re, math, string, api, event, api.user, event.user, event.secrets, print, str, lie):
        thing == lie
        thing != lie
        lie == thing
    if seen:
        api.user.set_app_metadata("escaped", str(seen))
