# origin: own
# technique: a loop in C: a product that has no end in practice
# goal: resource
# outcome: TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    sum(1 for _ in itertools.product(range(1000), repeat=6))
