# origin: own
# technique: a module's member with letters that the parser normalises
# goal: language
# outcome: refused:member-not-allowed

from json import ｃodecs
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(codecs))
