# origin: facts 5.6
# technique: all pairs of a million
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    list(itertools.combinations(range(1_000_000), 2))
