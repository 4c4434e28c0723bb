# origin: own
# technique: an attribute is put on Decimal
# goal: state
# outcome: RAISED:TypeError

import decimal
def on_execute_post_login(event, api):
    decimal.Decimal.left = 1
