# origin: own
# technique: limit_denominator compares with an object that is called back
# goal: language
# outcome: COMPLETED

from fractions import Fraction
class Lie:
    def __init__(self):
        self.seen = []
    def __lt__(self, other):
        self.seen.append(other)
        return False
    def __ge__(self, other):
        self.seen.append(other)
        return len(self.seen) < 3
    def __gt__(self, other):
        self.seen.append(other)
        return len(self.seen) > 5
def on_execute_post_login(event, api):
    lie = Lie()
    try:
        Fraction(22, 7).limit_denominator(lie)
    except TypeError:
        pass
    strange = [thing for thing in lie.seen if not isinstance(thing, (int, Fraction))]
    if strange:
        api.user.set_app_metadata("escaped", str(strange))
