# origin: own
# technique: random numbers that never fit
# goal: resource
# outcome: TIMED_OUT
import random


def on_execute_post_login(event, api):
    while random.random() < 2:
        pass
