# origin: facts 5.6
# technique: cycle, which keeps what it has seen
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    for n in itertools.cycle("x" * 1000 + str(n) for n in itertools.count()):
        pass
