# origin: own
# technique: large values in a cycle take a later execution's memory
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    ring = ["x" * 40_000_000]
    ring.append(ring)
