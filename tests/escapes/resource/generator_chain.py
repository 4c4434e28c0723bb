# origin: facts 5.6
# technique: a generator that reads a generator, 100 000 deep
# goal: resource
# outcome: CRASHED | OUT_OF_MEMORY | RAISED:RecursionError | TIMED_OUT
def step(inner):
    yield from inner


def on_execute_post_login(event, api):
    chain = iter([1])
    for _ in range(100_000):
        chain = step(chain)
    list(chain)
