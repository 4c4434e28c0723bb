# origin: facts 5.5
# technique: a generator that records after the handler has returned
# goal: resource
# outcome: COMPLETED
kept = []


def linger(api):
    try:
        yield 1
    finally:
        api.user.set_app_metadata("escaped", "recorded after the end")


def on_execute_post_login(event, api):
    kept.append(linger(api))
    for _ in kept[0]:
        break
