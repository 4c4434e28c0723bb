# origin: own
# technique: a private keyword with letters that the parser normalises
# goal: language
# outcome: refused:underscore-keyword

from fractions import Fraction
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Fraction(1, 2, _ｎormalize=False)))
