# origin: own
# technique: import everything
# goal: language
# outcome: refused:star-import

from json import *
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(codecs))
