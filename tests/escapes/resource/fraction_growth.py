# origin: own
# technique: fractions that double their digits
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import fractions


def on_execute_post_login(event, api):
    n = fractions.Fraction(7, 3)
    while True:
        n = n * n + 1
