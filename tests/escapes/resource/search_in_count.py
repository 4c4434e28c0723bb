# origin: facts 5.5
# technique: a loop in C: in
# goal: resource
# outcome: TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    -1 in itertools.count()
