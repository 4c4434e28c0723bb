# origin: own
# technique: a decimal power
# goal: resource
# outcome: RAISED:Overflow
import decimal


def on_execute_post_login(event, api):
    decimal.Decimal(7) ** decimal.Decimal(10**8)
