# origin: sandbox-facts 4
# technique: the decimal context's flags and precision
# goal: state
# outcome: COMPLETED

from decimal import Decimal, InvalidOperation
def on_execute_post_login(event, api):
    if str(Decimal(1) / Decimal(3)) != "0.3333333333333333333333333333":
        api.user.set_app_metadata("escaped", str("precision"))
    for find in (lambda: Decimal("x"), lambda: Decimal(1) / 0, lambda: Decimal("1e999999") * Decimal("1e999999")):
        try:
            find()
        except ArithmeticError:
            pass
