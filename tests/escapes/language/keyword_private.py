# origin: sandbox-facts 2.4
# technique: a private keyword in a call
# goal: language
# outcome: refused:underscore-keyword

from fractions import Fraction
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Fraction(1, 2, _normalize=False)))
