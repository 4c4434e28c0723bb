# origin: own
# technique: an object that answers like a number is given to Decimal
# goal: language
# outcome: RAISED:TypeError

from decimal import Decimal
class Lie:
    def as_integer_ratio(self):
        return (1, 1)
    def __eq__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Decimal(1) + Lie()))
