# origin: own
# technique: an attribute is put on a class written in Python
# goal: state
# outcome: RAISED:TypeError

from fractions import Fraction
def on_execute_post_login(event, api):
    if getattr(Fraction, "left", None):
        api.user.set_app_metadata("escaped", str(Fraction.left))
    Fraction.left = 1
