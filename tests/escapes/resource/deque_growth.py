# origin: facts 5.6
# technique: a deque that grows
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import collections


def on_execute_post_login(event, api):
    kept = collections.deque()
    while True:
        kept.append("x" * 10_000)
