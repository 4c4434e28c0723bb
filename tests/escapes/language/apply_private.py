# origin: sandbox-facts 2.4
# technique: a private keyword is unpacked from a dict
# goal: language
# outcome: RAISED:TypeError

from fractions import Fraction
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Fraction(1, 2, **{"_normalize": False})))
