# origin: own
# technique: a pattern nested 20 000 deep
# goal: resource
# outcome: RAISED:RecursionError
import re


def on_execute_post_login(event, api):
    re.compile("(?:" * 20_000 + "a" + ")" * 20_000)
