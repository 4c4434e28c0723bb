# origin: own
# technique: a binomial in C
# goal: resource
# outcome: TIMED_OUT
import math


def on_execute_post_login(event, api):
    math.comb(10**8, 5 * 10**7)
