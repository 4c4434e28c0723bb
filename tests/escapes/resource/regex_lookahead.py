# origin: own
# technique: nested lookaheads over a long text
# goal: resource
# outcome: TIMED_OUT
import re


def on_execute_post_login(event, api):
    re.search(r"(?=(a+))\1*(?=(a+))\2*b", "a" * 100_000)
