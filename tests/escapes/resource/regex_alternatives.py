# origin: own
# technique: alternatives that overlap
# goal: resource
# outcome: TIMED_OUT
import re


def on_execute_post_login(event, api):
    re.fullmatch(r"(a|aa|a?)*c", "a" * 60)
