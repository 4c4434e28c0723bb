# origin: sandbox-facts 2.4
# technique: list-style targets iterate in C
# goal: language
# outcome: COMPLETED

def on_execute_post_login(event, api):
    [a, *b] = event
    (c, [d, *e]) = (1, event.user)
    for [x, y] in event.user.items():
        if x.startswith("_"):
            api.user.set_app_metadata("escaped", str(x))
    if any(name.startswith("_") for name in [a, *b, d, *e, *{**event.user}]):
        api.user.set_app_metadata("escaped", str(b))
