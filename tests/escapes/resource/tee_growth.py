# origin: facts 5.6
# technique: one half of a tee that is never read
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    left, right = itertools.tee(itertools.count())
    for n in left:
        pass
