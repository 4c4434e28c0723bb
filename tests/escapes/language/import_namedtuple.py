# origin: own
# technique: namedtuple evaluates source text made of names
# goal: language
# outcome: refused:member-not-allowed

from collections import namedtuple
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(namedtuple("A", ["a"])))
