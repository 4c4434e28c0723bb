# origin: own
# technique: a member's name hides behind as
# goal: language
# outcome: refused:member-not-allowed

from json import codecs as loads
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(loads))
