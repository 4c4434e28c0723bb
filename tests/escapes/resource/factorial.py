# origin: own
# technique: a factorial in C
# goal: resource
# outcome: TIMED_OUT
import math


def on_execute_post_login(event, api):
    math.factorial(10**7)
