# origin: own
# technique: a loop in C: permutations
# goal: resource
# outcome: TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    max(itertools.permutations(range(14)))
