# origin: facts 5.5
# technique: a loop in C: islice
# goal: resource
# outcome: TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    list(itertools.islice(itertools.count(), 10**12, 10**12 + 1))
