# origin: own
# technique: the facade's own table by from-import, which reads in C
# goal: language
# outcome: refused:member-not-allowed

from json import _members as members
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(members))
