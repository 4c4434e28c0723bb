# origin: facts 5.5
# technique: a loop in C: max over map
# goal: resource
# outcome: TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    max(map(abs, itertools.count()))
