# origin: own
# technique: a decimal with a large exponent made whole
# goal: resource
# outcome: OUT_OF_MEMORY
import decimal


def on_execute_post_login(event, api):
    int(decimal.Decimal("1e999999999"))
