# origin: sandbox-facts 4
# technique: decimal.getcontext() outlives the execution
# goal: language
# outcome: refused:member-not-allowed

import decimal
def on_execute_post_login(event, api):
    decimal.getcontext().prec = 2
    api.user.set_app_metadata("escaped", str(1))
