# origin: own
# technique: from urllib import request
# goal: language
# outcome: refused:member-not-allowed

from urllib import request
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(request))
