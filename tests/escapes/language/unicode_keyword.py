# origin: own
# technique: a private keyword argument in fullwidth letters
# goal: language
# outcome: refused:syntax-error

from fractions import Fraction
def on_execute_post_login(event, api):
    api.user.set_app_metadata("escaped", str(Fraction(1, 2, ＿normalize=False)))
