# origin: sandbox-facts 4
# technique: decimal.localcontext
# goal: language
# outcome: refused:member-not-allowed

from decimal import localcontext
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(localcontext()))
