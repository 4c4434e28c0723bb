# origin: facts 5.6
# technique: exceptions that hold one another
# goal: resource
# outcome: CRASHED | OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    kept = None
    while True:
        try:
            raise ValueError("x" * 10_000, kept)
        except ValueError as error:
            kept = error
