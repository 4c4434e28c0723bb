# origin: own
# technique: a substitution that calls back for every place of a long text
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import re


def on_execute_post_login(event, api):
    re.sub("", lambda found: "x" * 10, "a" * 10_000_000)
