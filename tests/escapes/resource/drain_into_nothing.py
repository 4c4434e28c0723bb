# origin: facts 5.5
# technique: a loop in C: a deque of no length
# goal: resource
# outcome: TIMED_OUT
import collections
import itertools


def on_execute_post_login(event, api):
    collections.deque(itertools.repeat(1), maxlen=0)
