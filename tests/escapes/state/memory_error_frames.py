# origin: own
# technique: CPython's one shared MemoryError keeps a frame with large values
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    large = "x" * 40_000_000
    held = []
    for x in range(20):
        try:
            [0] * (1 << 61)
        except Exception as error:
            held.append(error)
