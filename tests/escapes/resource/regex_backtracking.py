# origin: facts 5.5
# technique: a pattern that tries every division of a text
# goal: resource
# outcome: TIMED_OUT
import re


def on_execute_post_login(event, api):
    re.match(r"(a+)+$", "a" * 40 + "b")
