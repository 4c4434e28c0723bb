# origin: facts 5.6
# technique: an iterator nested 200 000 deep
# goal: resource
# outcome: COMPLETED | CRASHED | TIMED_OUT
import itertools


def on_execute_post_login(event, api):
    chain = iter([])
    for _ in range(200_000):
        chain = itertools.chain(chain)
    list(chain)
