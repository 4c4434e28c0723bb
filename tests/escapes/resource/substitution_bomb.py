# origin: facts 5.6
# technique: a pattern's replacement
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
import re


def on_execute_post_login(event, api):
    re.sub("a", "b" * 100_000, "a" * 100_000)
