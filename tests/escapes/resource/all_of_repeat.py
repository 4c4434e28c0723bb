# origin: facts 5.5
# technique: a loop in C: all over repeat
# goal: resource
# outcome: TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    all(itertools.repeat(True))
