# origin: facts 5.6
# technique: every character replaced by a long text
# goal: resource
# outcome: OUT_OF_MEMORY | TIMED_OUT
def on_execute_post_login(event, api):
    ("a" * 100_000).replace("a", "b" * 100_000)
