# origin: own
# technique: a subclass of Decimal
# goal: language
# outcome: RAISED:TypeError

from decimal import Decimal
def on_execute_post_login(event, api):
    class Lie(Decimal):
        pass
    api.user.set_app_metadata("escaped", str(Lie("1")))
