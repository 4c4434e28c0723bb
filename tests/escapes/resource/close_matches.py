# origin: own
# technique: texts compared at length
# goal: resource
# outcome: TIMED_OUT
import textwrap


def on_execute_post_login(event, api):
    while True:
        " ".join(textwrap.wrap("a " * 50_000, 7))
