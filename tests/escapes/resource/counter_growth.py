# origin: facts 5.6
# technique: a counter of everything
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import collections


def on_execute_post_login(event, api):
    kept = collections.Counter()
    n = 0
    while True:
        n += 1
        kept[str(n) * 100] += 1
