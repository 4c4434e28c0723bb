# origin: own
# technique: a search at its worst
# goal: resource
# outcome: TIMED_OUT
def on_execute_post_login(event, api):
    while True:
        ("a" * 1_000_000).find("a" * 500_000 + "b")
