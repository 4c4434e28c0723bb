# origin: own
# technique: a subclass of Fraction reaches its private fields
# goal: language
# outcome: RAISED:TypeError

from fractions import Fraction
def on_execute_post_login(event, api):
    class Lie(Fraction):
        def f(self):
            return super().limit_denominator(1)
    api.user.set_app_metadata("escaped", str(Lie(1, 2)))
