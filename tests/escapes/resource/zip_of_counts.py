# origin: own
# technique: a loop in C: zip, unpacked
# goal: resource
# outcome: TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    any(map(lambda pair: pair[0] < 0, zip(itertools.count(), itertools.count())))
