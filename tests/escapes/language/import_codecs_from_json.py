# origin: sandbox-facts 2.4
# technique: from-import reads a module's members in C
# goal: language
# outcome: refused:member-not-allowed

from json import codecs
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(codecs.sys))
