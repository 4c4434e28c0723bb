# origin: own
# technique: an iterator that advances its own tee
# goal: language
# outcome: RAISED:RuntimeError | COMPLETED

import itertools
def on_execute_post_login(event, api):
    def numbers():
        yield 1
        next(second)
        yield 2
    first, second = itertools.tee(numbers())
    list(first)
