# origin: facts 5.6
# technique: closures that hold closures
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def wrap(inner, text):
    return lambda: (inner, text)


def on_execute_post_login(event, api):
    kept = None
    while True:
        kept = wrap(kept, "x" * 10_000)
