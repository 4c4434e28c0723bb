# origin: own
# technique: an object that answers like a ratio is given to Fraction
# goal: language
# outcome: RAISED:TypeError

from fractions import Fraction
class Lie:
    numerator = 1
    denominator = 1
    def __lt__(self, other):
        return True
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Fraction(Lie(), Lie())))
