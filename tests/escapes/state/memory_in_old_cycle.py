# origin: own
# technique: the large cycle has grown old before the action ends
# goal: state
# outcome: COMPLETED

def on_execute_post_login(event, api):
    ring = ["x" * 40_000_000]
    ring.append(ring)
    for turn in range(3):
        spent = [[] for x in range(30000)]
