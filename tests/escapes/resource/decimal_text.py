# origin: own
# technique: a decimal with an exponent that is written out
# goal: resource
# outcome: OUT_OF_MEMORY
import decimal


def on_execute_post_login(event, api):
    f"{decimal.Decimal('1e999999999'):f}"
